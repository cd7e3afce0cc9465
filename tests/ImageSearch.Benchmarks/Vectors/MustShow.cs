namespace ImageSearch.Benchmarks.Vectors;

/// <summary>What the engine was built to reach, as ratios of this run.</summary>
/// <remarks>
/// A faiss built for AVX-512 is not on the machine; Debian's is. Both were once measured one after the other with 100,000 vectors of 512
/// floats, and what that build gained then (<see cref="NativeLatency"/>, ...) is taken to be what it gains now.
/// </remarks>
internal static class MustShow
{
    private const double NativeLatency = 8.6 / 40;
    private const double NativeRate16 = 115.0 / 25;
    private const double NativeRate256 = 895.0 / 884;

    public static void Write(VectorsRun run, VectorsOptions options)
    {
        Console.WriteLine("\n| what | required | measured | |\n|---|---|---|---|");
        foreach (var (what, required, measured, atMost, unit) in Lines(run, options))
        {
            if (measured is { } value && !double.IsNaN(value))
            {
                Console.WriteLine($"| {what} | {(atMost ? "≤" : "≥")} {required:0.####}{unit} | {Digits(value)}{unit} | {((atMost ? value <= required : value >= required) ? "ok" : "**short**")} |");
            }
            else
            {
                Console.WriteLine($"| {what} | {(atMost ? "≤" : "≥")} {required:0.####}{unit} | not measured | |");
            }
        }
    }

    private static IEnumerable<(string What, double Required, double? Measured, bool AtMost, string Unit)> Lines(VectorsRun run, VectorsOptions options)
    {
        var (n, d) = (options.Count, options.Dimension);
        var (one, faiss) = (run.Find("Exact", 1), run.Find("faiss_flat", 1));
        foreach (var (threads, bandwidth, speed) in new[] { (1, 90.0, 1.05), (2, 85.0, 1.7) })
        {
            var exact = run.Find("Exact", threads);
            yield return ($"exact float32, one query, {threads} thread(s), of the read bandwidth", bandwidth, 100 * exact?.OfBandwidth(n, d), false, " %");
            yield return ($"exact float32, one query, {threads} thread(s), × faiss native (which uses one for it)", speed, Faster(exact, run.Find("faiss_flat", threads), NativeLatency), false, " ×");
        }

        yield return ("exact float32, 16 at a time, 1 thread, × faiss native", 6, one is null || faiss is null ? null : one.Over(faiss, round => round.Rate16) / NativeRate16, false, " ×");
        yield return ("exact float32, 256 at a time, 1 thread, × faiss native", 1.2, one is null || faiss is null ? null : one.Over(faiss, round => round.Rate256) / NativeRate256, false, " ×");
        yield return ("exact float32, 256 at a time, 1 thread, of the FMA peak", 85, 100 * one?.OfFlops(n, d), false, " %");

        var codes = run.Find("ExactInt8", 1);
        yield return ("int8, one query, × faiss native flat", n >= 1_000_000 ? 4 : 5, Faster(codes, faiss, NativeLatency), false, " ×");
        yield return ("int8, one query, × scikit-learn brute cosine", 55, Faster(codes, run.Find("sk_cosine", 1), 1), false, " ×");
        yield return ("int8, recall@10", 0.9999, codes?.Recall, false, "");
        foreach (var figures in run.Figures.Where(figures => figures.Kind.Own).GroupBy(figures => figures.Kind.Name))
        {
            yield return ($"allocated per query in the steady state, {figures.Key}, bytes", 0, figures.Max(some => some.Allocated), true, "");
        }

        foreach (var recall in new[] { 0.99, 0.999 })
        {
            foreach (var threads in options.Threads)
            {
                yield return ($"graph at recall {recall}, one by one, {threads} thread(s), × hnswlib native's queries/s", 1.5, AtRecall(run, threads, recall, round => round.Rate1), false, " ×");
                yield return ($"graph at recall {recall}, 256 at a time, {threads} thread(s), × hnswlib native's queries/s", 1.5, AtRecall(run, threads, recall, round => round.Rate256), false, " ×");
            }
        }

        foreach (var threads in options.Threads)
        {
            var (ours, theirs) = (run.Build("Hnsw", threads), run.Build("hnswlib_hnsw", threads));
            yield return ($"build of the graph, {threads} thread(s), of hnswlib's time{(theirs is { Cached: true } ? " (cached)" : "")}", 1, ours?.Seconds / theirs?.Seconds, true, " ×");
        }

        yield return ("memory, exact, of the raw vectors, resident", 1.02, (double?)one?.Built.Resident / n / (4 * d), true, " ×");
        yield return ("memory, exact, of the raw vectors, by its account", 1.02, (double?)one?.Built.Account / n / (4 * d), true, " ×");
        var mapped = run.Figures.FirstOrDefault(figures => figures.Kind.Name == "ExactInt8Mapped")?.Built;
        yield return ("memory, int8 with rows mapped, of the raw vectors, resident", 0.27, (double?)mapped?.Resident / n / (4 * d), true, " ×");
        yield return ("memory, int8 with rows mapped, of the raw vectors, by its account", 0.27, (double?)mapped?.Account / n / (4 * d), true, " ×");
        var graph = run.Figures.FirstOrDefault(figures => figures.Kind.Name == "Hnsw")?.Built;
        yield return ("memory, graph, bytes per vector beyond the codes", 160, (double?)graph?.Graph / n, true, "");
    }

    private static string Digits(double value) => double.IsPositiveInfinity(value) ? "not reached by the other: ∞" : value.ToString(value >= 10 ? "0.0" : value >= 1.1 ? "0.00" : "0.####", System.Globalization.CultureInfo.InvariantCulture);

    private static double? Faster(Figures? ours, Figures? theirs, double native) => ours is null || theirs is null ? null : theirs.Over(ours, round => round.P50) * native;

    /// <summary>Who does not reach the recall with any ef is infinitely slow at it.</summary>
    private static double? AtRecall(VectorsRun run, int threads, double recall, Func<Round, double> rate)
    {
        if (run.Find("Hnsw", threads) is null || run.Find("hnswlib_hnsw", threads) is null)
        {
            return null;
        }

        var (ours, theirs) = (run.Fastest("Hnsw", threads, recall, rate), run.Fastest("hnswlib_hnsw", threads, recall, rate));
        return ours is null ? 0 : theirs is null ? double.PositiveInfinity : ours.Over(theirs, rate);
    }
}
