using ImageSearch.Benchmarks.Vectors;
using ImageSearch.Benchmarks.Vectors.Own;

namespace ImageSearch.Benchmarks.Sizing;

/// <summary>
/// How the cost of an index grows, as a model with few constants, checked against what is measured: <c>sizing --data DIR</c>. Vectors of 512
/// dimensions come from the data files where they are, others are made in memory. Graphs of more than <c>--graphs</c> vectors are left out: 10
/// million take a quarter of an hour to build.
/// </summary>
internal static class SizingBenchmark
{
    private const int Wide = 512;
    private const int Narrow = 64;

    private static readonly int[] Neighbours = [1, 10, 100, 1000];

    public static async Task RunAsync(string[] words)
    {
        var given = new Arguments(words, "data", "threads", "budget", "graphs", "most");
        var data = Path.GetFullPath(given.Text("data") ?? Environment.GetEnvironmentVariable("IMAGESEARCH_BENCHMARKDATA") ?? "data");
        var (threads, most) = (given.Number("threads", Environment.ProcessorCount), given.Number("most", 10_000_000));
        var run = new SizingRun(data, threads, given.Number("budget", 3.0));
        double bandwidth;
        using (var yardsticks = new Yardsticks())
        {
            bandwidth = yardsticks.BytesPerSecond(threads);
        }

        Console.WriteLine($"\nsizing: {threads} thread(s), k = 10, memory is read at {bandwidth / 1e9:F1} GB/s\n");
        var points = new List<SizingPoint>();
        foreach (var (kind, count, dimension) in Sizes(given.Number("graphs", 1_000_000)).Where(size => size.Count <= most))
        {
            points.Add(await run.MeasureAsync(kind, count, dimension));
            Console.WriteLine($"  {kind} {count:N0} × {dimension}: {points[^1].Seconds * 1000:F3} ms, {points[^1].Rate:N0} queries/s, built in {points[^1].Build:F1} s");
        }

        var models = SizingMode.All.Where(mode => OwnKinds.All.ContainsKey(mode.Kind)).Select(mode => Fit(mode, points, Wide)).OfType<SizingModel>().ToList();
        SizingReport.Points(points, models, [.. SizingMode.All.Select(mode => Fit(mode, points, Narrow)).OfType<SizingModel>().Where(model => model.Mode.Read is null)], threads);
        await NeighboursAsync(run, Math.Min(most, 100_000));
        SizingReport.Plan(models, threads);
    }

    private static IEnumerable<(string Kind, int Count, int Dimension)> Sizes(int mostOfGraphs)
    {
        foreach (var mode in SizingMode.All.Where(mode => OwnKinds.All.ContainsKey(mode.Kind)))
        {
            (int Count, int Dimension)[] sizes = mode.Read is null
                ? [(10_000, Wide), (100_000, Wide), (1_000_000, Wide), (10_000, Narrow), (100_000, Narrow), (1_000_000, Narrow), (10_000_000, Narrow)]
                : [(10_000, Wide), (100_000, Wide), (1_000_000, Wide), (10_000_000, Narrow)];
            foreach (var (count, dimension) in sizes.Where(size => mode.Read is not null || size.Count <= mostOfGraphs))
            {
                yield return (mode.Kind, count, dimension);
            }
        }
    }

    /// <summary>From the two largest up to a million: what is smaller may lie in the cache, what is larger is there to check.</summary>
    private static SizingModel? Fit(SizingMode mode, List<SizingPoint> points, int dimension)
    {
        var of = points.Where(point => point.Kind == mode.Kind && point.Dimension == dimension && point.Count <= 1_000_000).OrderBy(point => point.Count).ToList();
        return of.Count < 2 ? null : new SizingModel(mode, of[^2], of[^1]);
    }

    private static async Task NeighboursAsync(SizingRun run, int count)
    {
        Console.WriteLine($"\n| {count:N0} × {Wide}, ms | {string.Join(" | ", Neighbours.Select(k => $"k = {k}"))} |\n|---|{string.Concat(Neighbours.Select(_ => "---|"))}");
        foreach (var mode in SizingMode.All.Where(mode => OwnKinds.All.ContainsKey(mode.Kind)))
        {
            var times = await run.MeasureAsync(mode.Kind, count, Wide, Neighbours);
            Console.WriteLine($"| {mode.Kind} | {string.Join(" | ", times.Select(time => $"{time:F3}"))} |");
        }
    }
}
