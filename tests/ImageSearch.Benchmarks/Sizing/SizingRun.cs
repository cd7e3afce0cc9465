using System.Diagnostics;
using System.Globalization;
using ImageSearch.Benchmarks.Vectors;
using ImageSearch.Benchmarks.Vectors.Own;

namespace ImageSearch.Benchmarks.Sizing;

/// <summary>Measures the points of the model, each index in a process of its own.</summary>
internal sealed class SizingRun(string data, int threads, double budget, Yardsticks yardsticks)
{
    public const int Ef = 64;

    private const int K = 10;
    private const int Queries = 1000;
    private const int Rounds = 5;
    private const int RecallQueries = 200;

    /// <summary>What the exact index found, by size: the truth for the others.</summary>
    private readonly Dictionary<(int Count, int Dimension), int[]> _truth = [];

    public static bool HasFiles(string data, int count, int dimension) => File.Exists(Base(data, count, dimension)) && File.Exists(QueriesOf(data, dimension));

    public async Task<SizingPoint> MeasureAsync(string kind, int count, int dimension)
    {
        using var process = Start(kind, count, dimension);
        var built = await process.AskAsync(EngineProtocol.Build(threads, null));
        var ef = kind.StartsWith("Hnsw", StringComparison.Ordinal) ? Ef : 0;
        // In turns, so that both meet the same machine.
        var (seconds, bandwidths) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            bandwidths[round] = yardsticks.BytesPerSecond(threads, passes: 3);
            seconds[round] = await LatencyAsync(process, ef) / 1000;
        }

        var batch = await process.AskAsync(EngineProtocol.Batch(threads, ef, 256, 0, 20, 2, budget));
        var found = (await process.AskAsync(EngineProtocol.Ids(threads, ef, RecallQueries)))["ids"]!.AsArray().Select(id => (int)id!).ToArray();
        _truth.TryAdd((count, dimension), found);
        return new SizingPoint(
            kind, count, dimension, Statistics.Median(seconds), Median(batch["rates"]!), (long)built["account"]!, (long)built["mapped"]!, (double)built["seconds"]!,
            Recall(found, _truth[(count, dimension)]), Statistics.Median(bandwidths));
    }

    /// <summary>Milliseconds of one query for different k.</summary>
    public async Task<double[]> MeasureAsync(string kind, int count, int dimension, int[] neighbours)
    {
        using var process = Start(kind, count, dimension);
        await process.AskAsync(EngineProtocol.Build(threads, null));
        var times = new double[neighbours.Length];
        for (var i = 0; i < times.Length; i++)
        {
            await process.AskAsync($"k {neighbours[i]}");
            var ef = kind.StartsWith("Hnsw", StringComparison.Ordinal) ? Math.Max(Ef, neighbours[i]) : 0;
            times[i] = await LatencyAsync(process, ef);
        }

        return times;
    }

    /// <summary>Milliseconds, p50.</summary>
    private async Task<double> LatencyAsync(EngineProcess process, int ef) =>
        Median((await process.AskAsync(EngineProtocol.Latency(threads, ef, 0, 20 * Queries, 10, budget / Rounds)))["ms"]!);

    private EngineProcess Start(string kind, int count, int dimension)
    {
        var files = HasFiles(data, count, dimension);
        return new EngineProcess(new ProcessStartInfo("dotnet",
        [
            typeof(SizingRun).Assembly.Location, EngineProtocol.Command, kind,
            files ? Base(data, count, dimension) : GeneratedRows.Name, files ? QueriesOf(data, dimension) : GeneratedRows.Name,
            count.ToString(CultureInfo.InvariantCulture), dimension.ToString(CultureInfo.InvariantCulture), K.ToString(CultureInfo.InvariantCulture),
        ]));
    }

    private static string Base(string data, int count, int dimension) => new VectorFiles(data, count, dimension, isotropic: false).Base;

    private static string QueriesOf(string data, int dimension) => new VectorFiles(data, 0, dimension, isotropic: false).Queries;

    private static double Median(System.Text.Json.Nodes.JsonNode values) => Statistics.Median(values.AsArray().Select(value => (double)value!));

    private static double Recall(int[] found, int[] truth) =>
        (double)found.Chunk(K).Zip(truth.Chunk(K)).Sum(pair => pair.First.Intersect(pair.Second).Count()) / truth.Length;
}
