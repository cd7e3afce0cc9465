using ImageSearch.Benchmarks.Vectors;
using ImageSearch.Benchmarks.Vectors.Own;

namespace ImageSearch.Benchmarks.Sizing;

/// <summary>
/// How the cost of an index grows, as a model with few constants, checked against what is measured: <c>sizing --data DIR</c>. Vectors of 512
/// dimensions come from the data files where they are, others are made in memory. Graphs of more than <c>--graphs</c> vectors are left out: 10
/// million take 20 minutes to build.
/// </summary>
internal static class SizingBenchmark
{
    public const int Wide = 512;
    public const int Narrow = 64;

    private static readonly int[] Neighbours = [1, 10, 100, 1000];

    private static IEnumerable<SizingMode> OwnModes => SizingMode.All.Where(mode => OwnKinds.All.ContainsKey(mode.Kind));

    public static async Task RunAsync(string[] words)
    {
        var given = new Arguments(words, "data", "threads", "budget", "graphs", "most");
        var data = Path.GetFullPath(given.Text("data") ?? Environment.GetEnvironmentVariable("IMAGESEARCH_BENCHMARKDATA") ?? "data");
        var (threads, most) = (given.Number("threads", Environment.ProcessorCount), given.Number("most", 10_000_000));
        using var yardsticks = new Yardsticks();
        var run = new SizingRun(data, threads, given.Number("budget", 3.0), yardsticks);
        Console.WriteLine($"\nsizing: {threads} thread(s), k = 10, a cache of {Yardsticks.CacheBytes / 1e6:F0} MB\n");
        var points = new List<SizingPoint>();
        foreach (var (kind, count, dimension) in Sizes(given.Number("graphs", 1_000_000)).Where(size => size.Count <= most))
        {
            var point = await run.MeasureAsync(kind, count, dimension);
            points.Add(point);
            Console.WriteLine($"  {kind} {count:N0} × {dimension}: {point.Seconds * 1000:F3} ms, {point.Rate:N0} queries/s, built in {point.Build:F1} s; memory is read at {point.Bandwidth / 1e9:F1} GB/s");
        }

        var models = OwnModes.Select(mode => SizingModel.Fit(mode, points.FindAll(point => point.Kind == mode.Kind), Yardsticks.CacheBytes)).OfType<SizingModel>().ToList();
        SizingReport.Points(points, models, threads);
        await NeighboursAsync(run, Math.Min(most, 100_000));
        SizingReport.Plan(models, threads, Statistics.Median(points.Select(point => point.Bandwidth)));
    }

    private static IEnumerable<(string Kind, int Count, int Dimension)> Sizes(int mostOfGraphs)
    {
        foreach (var mode in OwnModes)
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

    private static async Task NeighboursAsync(SizingRun run, int count)
    {
        Console.WriteLine($"\n| {count:N0} × {Wide}, ms | {string.Join(" | ", Neighbours.Select(k => $"k = {k}"))} |\n|---|{string.Concat(Neighbours.Select(_ => "---|"))}");
        foreach (var mode in OwnModes)
        {
            var times = await run.MeasureAsync(mode.Kind, count, Wide, Neighbours);
            Console.WriteLine($"| {mode.Kind} | {string.Join(" | ", times.Select(time => $"{time:F3}"))} |");
        }
    }
}
