namespace ImageSearch.Benchmarks.Vectors;

/// <summary>What the engine was built to reach, as ratios of this run.</summary>
/// <remarks>
/// A faiss built for AVX-512 ("native") is not on the machine. It was once measured beside others with 100,000 vectors of 512 floats, and what it gained
/// over each of them then (<see cref="Natives"/>) is taken to be what it gains now. The two relations differ on another machine: Debian's faiss is bound by
/// arithmetic, scikit-learn by memory, as native is. Where memory is slower than it was there, the first foretells a faiss that reads more than memory gives.
/// </remarks>
internal static class MustShow
{
    /// <summary>By peers that were measured beside it: its p50 / theirs, and its queries/s / theirs, 16 and 256 at a time.</summary>
    private static readonly (string Peer, string Name, double One, double Rate16, double Rate256)[] Natives =
    [
        ("faiss_flat", "Debian's faiss", 8.6 / 40, 115.0 / 25, 895.0 / 884),
        ("sk_cosine", "scikit-learn", 8.6 / 82, 115.0 / 119, 895.0 / 361),
    ];

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
        var one = run.Find("Exact", 1);
        foreach (var native in Natives)
        {
            var peer = run.Find(native.Peer, 1);
            yield return ($"exact, one query, × faiss native flat, through {native.Name}", n >= 1_000_000 ? 4 : 5, Faster(one, peer, native.One), false, " ×");
            yield return ($"exact, 16 at a time, × faiss native flat, through {native.Name}", 6, one is null || peer is null ? null : one.Over(peer, round => round.Rate16) / native.Rate16, false, " ×");
            yield return ($"exact, 256 at a time, × faiss native flat, through {native.Name}", 1.2, one is null || peer is null ? null : one.Over(peer, round => round.Rate256) / native.Rate256, false, " ×");
        }

        yield return ("exact, one query, × scikit-learn brute cosine", 55, Faster(one, run.Find("sk_cosine", 1), 1), false, " ×");
        yield return ("exact, recall@10", 0.9999, one?.Recall, false, "");
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

        var mapped = run.Figures.FirstOrDefault(figures => figures.Kind.Name == "ExactMapped")?.Built;
        yield return ("memory, exact with rows mapped, of the raw vectors, resident", 0.27, (double?)mapped?.Resident / n / (4 * d), true, " ×");
        yield return ("memory, exact with rows mapped, of the raw vectors, by its account", 0.27, (double?)mapped?.Account / n / (4 * d), true, " ×");
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
