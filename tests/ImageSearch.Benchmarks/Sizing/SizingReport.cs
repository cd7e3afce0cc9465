namespace ImageSearch.Benchmarks.Sizing;

/// <summary>The model's tables, in Markdown.</summary>
internal static class SizingReport
{
    /// <summary>Memory of a machine that holds one shard, and the part of it that the index may take.</summary>
    private const double MachineBytes = 32.0 * (1L << 30);

    private const double Usable = 0.8;

    private static readonly double[] Collections = [1e6, 1e7, 1e8, 1e9];

    public static void Points(List<SizingPoint> points, List<SizingModel> models, int threads)
    {
        Console.WriteLine(
            """

            | index | N | d | bytes/vector | by the model | error | on disk | ms, one query | by the model | error | memory GB/s | queries/s, 256 at a time | recall@10 | built s |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """);
        foreach (var point in points)
        {
            var mode = SizingMode.All.Single(mode => mode.Kind == point.Kind);
            var model = models.Find(model => model.Mode == mode);
            var bytes = mode.Resident(point.Dimension);
            var seconds = model?.Seconds(point.Count, point.Dimension, point.Bandwidth);
            var error = seconds is null ? "" : model!.Fitted.Contains(point) ? "fitted" : $"{(seconds / point.Seconds) - 1:P0}";
            Console.WriteLine(
                $"| {point.Kind} | {point.Count:N0} | {point.Dimension} | {point.BytesPerVector:F0} | {bytes:F0} | {(bytes / point.BytesPerVector) - 1:P0} | {(double)point.Mapped / point.Count:F0} "
                + $"| {point.Seconds * 1000:F3} | {seconds * 1000:F3} | {error} | {point.Bandwidth / 1e9:F0} | {point.Rate:N0} | {(mode.Read is null ? $"{point.Recall:0.####}" : "exact")} | {point.Build:F1} |");
        }

        Console.WriteLine();
        foreach (var model in models)
        {
            Console.WriteLine($"{model.Mode.Kind}, {threads} thread(s): {model.Formula}; {model.BuiltPerSecond:N0} vectors built a second");
        }
    }

    public static void Plan(List<SizingModel> models, int threads, double bandwidth)
    {
        Console.WriteLine(
            $"""

            512 dimensions, machines of {MachineBytes / (1L << 30):F0} GiB and {threads} processors like this one that read memory at {bandwidth / 1e9:F0} GB/s, {Usable:P0} of the memory for the index, k = 10:

            | pictures | index | memory GB | files GB | shards | ms, one query | queries/s of one set of shards | replicas of it for 1,000 queries/s | machines | hours to build |
            |---|---|---|---|---|---|---|---|---|---|
            """);
        const int Dimension = 512;
        foreach (var count in Collections)
        {
            foreach (var model in models)
            {
                var bytes = count * model.Mode.Resident(Dimension);
                var shards = Math.Ceiling(bytes / (MachineBytes * Usable));
                var rate = model.Rate(count / shards, Dimension);
                var replicas = Math.Ceiling(1000 / rate);
                Console.WriteLine(
                    $"| {count:N0} | {model.Mode.Kind} | {bytes / 1e9:N0} | {count * model.Mode.OnDisk(Dimension) / 1e9:N0} | {shards:N0} | {model.Seconds(count / shards, Dimension, bandwidth) * 1000:N1} | {rate:N0} | {replicas:N0} | {shards * replicas:N0} | {count / shards / model.BuiltPerSecond / 3600:F1} |");
            }
        }
    }
}
