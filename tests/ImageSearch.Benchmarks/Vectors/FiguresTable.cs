using System.Globalization;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>The one table of a run, in Markdown.</summary>
internal static class FiguresTable
{
    public static void Write(VectorsRun run, VectorsOptions options)
    {
        foreach (var threads in options.Threads)
        {
            var rounds = run.Figures.Where(figures => figures.Threads == threads && figures.Kind.ReadPerFloat > 0).SelectMany(figures => figures.Rounds).ToList();
            if (rounds.Count == 0)
            {
                continue;
            }

            Console.WriteLine(
                $"\n{threads} thread(s): memory was read at {Statistics.Median(rounds.Select(round => round.BytesPerSecond)) / 1e9:F1} GB/s, registers multiplied and added at {Statistics.Median(rounds.Select(round => round.FlopsPerSecond)) / 1e9:F0} Gflop/s (medians of {rounds.Count} times between the others)");
        }

        Console.WriteLine(
            """

            | engine | N | d | threads | parameter | p50 ms | p99 ms | queries/s 1 | 16 | 256 | recall@10 | built s (threads) | bytes/vector resident | by its account | allocated/query | of bandwidth | of FMA peak |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """);
        foreach (var figures in run.Figures)
        {
            Console.WriteLine($"| {string.Join(" | ", Cells(figures, options))} |");
        }

        Console.WriteLine("\nOf bandwidth: bytes of all vectors that a scan reads (4 d each as float32, d as one byte a dimension, d / 2 as the upper halves of Exact's codes) / p50 / bytes per second read just before, the median of the rounds. Of FMA peak: 2 N d × queries/s at 256 / flop/s just before.");
    }

    private static IEnumerable<string> Cells(Figures figures, VectorsOptions options)
    {
        var (n, d, built) = (options.Count, options.Dimension, figures.Built);
        yield return figures.Kind.Own ? $"**{figures.Kind.Name}**" : figures.Kind.Name;
        yield return $"{n:N0}";
        yield return $"{d}";
        yield return $"{figures.Threads}";
        yield return figures.Kind.Parameter.Length == 0 ? "" : $"{figures.Kind.Parameter} {figures.Parameter}{(figures.Tuned > 0 ? $" (for {figures.Tuned})" : "")}";
        yield return Digits(figures.P50);
        yield return Digits(figures.P99);
        yield return $"{figures.Rate1:N0}";
        yield return $"{figures.Rate16:N0}";
        yield return double.IsNaN(figures.Rate256) ? "" : $"{figures.Rate256:N0}";
        yield return figures.Recall.ToString("0.#####", CultureInfo.InvariantCulture);
        yield return $"{Digits(built.Seconds)} ({built.Threads}{(built.Cached ? ", cached" : "")})";
        yield return $"{(double)built.Resident / n:F0}";
        yield return built.Account == 0 ? "" : $"{(double)built.Account / n:F0}{(built.Mapped > 0 ? $" + {(double)built.Mapped / n:F0} mapped" : "")}";
        yield return figures.Kind.Own ? $"{figures.Allocated:N0}" : "";
        yield return figures.Kind.ReadPerFloat > 0 ? $"{figures.OfBandwidth(n, d):P0}" : "";
        yield return figures.Kind.ReadPerFloat == sizeof(float) ? $"{figures.OfFlops(n, d):P0}" : "";
    }

    /// <summary>Three digits.</summary>
    private static string Digits(double value) => value.ToString(value >= 100 ? "N0" : value >= 10 ? "F1" : value >= 1 ? "F2" : "F3", CultureInfo.InvariantCulture);
}
