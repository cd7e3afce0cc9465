using System.Text.Json.Nodes;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>An engine in its process, and what is known of it.</summary>
internal sealed class MeasuredEngine(EngineKind kind, EngineProcess process, VectorFiles files, VectorsOptions options) : IDisposable
{
    private const int Queries = 1000;
    private const int RecallQueriesWhenSlow = 128;
    private const int LeastCalls = 20;
    private const int LeastCallsWhenSlow = 5;
    private const int LeastBatches = 2;
    private const int LargestParameter = 2048;

    private readonly Dictionary<(int Build, int Parameter), double> _recalls = [];

    public EngineKind Kind => kind;

    public List<Built> Builds { get; } = [];

    /// <summary>One round has to do, of few queries.</summary>
    public bool IsSlow => options.Count >= kind.SlowFrom;

    public async Task ReadyAsync() => await process.AskAsync(EngineProtocol.Ready);

    public async Task<Built> BuildAsync(int threads, string? cache)
    {
        var answer = await process.AskAsync(EngineProtocol.Build(threads, cache));
        var built = new Built(
            threads, (double)answer["seconds"]!, (bool)answer["cached"]!, (long)answer["resident"]!, (long)answer["account"]!, (long)answer["graph"]!, (long)answer["mapped"]!, (string)answer["version"]!);
        Builds.Add(built);
        return built;
    }

    /// <summary>Every parameter that is to be measured, with its recall.</summary>
    public async Task<List<Figures>> FiguresAsync(int threads)
    {
        process.Confine(kind.Own && Builds[^1].Threads > threads ? threads : Environment.ProcessorCount);
        var figures = new List<Figures>();
        foreach (var parameter in kind.Sweep)
        {
            figures.Add(new Figures(kind, threads, parameter, await RecallAsync(threads, parameter), 0, Builds[^1]));
        }

        foreach (var recall in kind.TunedTo)
        {
            if (await SmallestAsync(threads, recall) is { } tuned)
            {
                figures.Add(new Figures(kind, threads, tuned.Parameter, tuned.Recall, recall, Builds[^1]));
            }
        }

        return figures;
    }

    public async Task MeasureAsync(Figures figures, int round, Yardsticks yardsticks)
    {
        var (threads, seconds) = (figures.Threads, options.Budget / options.Rounds);
        var bytes = kind.ReadPerFloat > 0 ? yardsticks.BytesPerSecond(threads) : double.NaN;
        var latency = await process.AskAsync(EngineProtocol.Latency(threads, figures.Parameter, FirstQuery(round), Queries, IsSlow ? LeastCallsWhenSlow : PerRound(LeastCalls), seconds));
        var some = await BatchAsync(figures, 16, round, seconds);
        var flops = kind.ReadPerFloat > 0 ? Yardsticks.FlopsPerSecond(threads) : double.NaN;
        var many = kind.LargestBatch >= 256 && !IsSlow ? await BatchAsync(figures, 256, round, seconds) : ([], 0);
        var allocated = Math.Max((double)latency["allocated"]!, Math.Max(some.Allocated, many.Allocated));
        figures.Rounds.Add(new Round(Doubles(latency["ms"]!), some.Rates, many.Rates, allocated, bytes, flops));
    }

    public void Dispose() => process.Dispose();

    private async Task<(double[] Rates, double Allocated)> BatchAsync(Figures figures, int size, int round, double seconds)
    {
        var most = Math.Max(4 * Queries / size, LeastBatches);
        var answer = await process.AskAsync(EngineProtocol.Batch(figures.Threads, figures.Parameter, size, FirstQuery(round) / size * size, most, PerRound(LeastBatches), seconds));
        return (Doubles(answer["rates"]!), (double)answer["allocated"]!);
    }

    private async Task<double> RecallAsync(int threads, int parameter)
    {
        if (!_recalls.TryGetValue((Builds.Count, parameter), out var recall))
        {
            var slow = IsSlow || kind.LargestBatch < 256;
            var answer = await process.AskAsync(EngineProtocol.Ids(threads, parameter, slow ? RecallQueriesWhenSlow : Queries));
            recall = _recalls[(Builds.Count, parameter)] = files.Recall([.. answer["ids"]!.AsArray().Select(id => (int)id!)], options.K);
        }

        return recall;
    }

    /// <summary>The smallest parameter that reaches a recall, by halving: recall grows with it.</summary>
    private async Task<(int Parameter, double Recall)?> SmallestAsync(int threads, double recall)
    {
        (int Parameter, double Recall)? best = null;
        for (var (low, high) = (options.K, LargestParameter); low <= high;)
        {
            var middle = best is null && low == options.K ? Math.Min(64, high) : (low + high) / 2;
            if (await RecallAsync(threads, middle) is var reached && reached >= recall)
            {
                best = (middle, reached);
                high = middle - 1;
            }
            else
            {
                low = middle + 1;
            }
        }

        return best;
    }

    private int PerRound(int least) => (least + options.Rounds - 1) / options.Rounds;

    /// <summary>Each round begins elsewhere: engines that do not come through all queries see others.</summary>
    private int FirstQuery(int round) => Queries / options.Rounds * round;

    private static double[] Doubles(JsonNode array) => [.. array.AsArray().Select(value => (double)value!)];
}
