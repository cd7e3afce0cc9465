namespace ImageSearch.Benchmarks.Vectors;

/// <summary>What the vectors benchmark is asked to do.</summary>
/// <param name="Data">Directory of the data files; built indexes of peers are kept there, too.</param>
/// <param name="Latent">Dimensions of each cluster's subspace in the data; 0: isotropic clusters, the worst case for graphs.</param>
/// <param name="Engines">Names of the engines to measure; empty: all.</param>
/// <param name="Budget">Seconds for each figure of each engine, all rounds together.</param>
/// <param name="Rounds">Turns in which all engines are measured one after the other, so that they meet the same machine.</param>
/// <param name="BuildOnce">Builds with the most threads only, for indexes that take minutes.</param>
internal sealed record VectorsOptions(
    string Data, int Count, int Dimension, int Latent, int K, int[] Threads, string[] Engines, bool Peers, bool Rebuild, bool BuildOnce, double Budget, int Rounds)
{
    public static VectorsOptions Parse(ReadOnlySpan<string> words)
    {
        var given = new Arguments(words, "data", "n", "d", "latent", "k", "threads", "engines", "peers", "rebuild", "build-once", "budget", "rounds");
        var count = given.Number("n", 100_000);
        return new VectorsOptions(
            Path.GetFullPath(given.Text("data") ?? Environment.GetEnvironmentVariable("IMAGESEARCH_BENCHMARKDATA") ?? "data"),
            count,
            given.Number("d", 512),
            given.Number("latent", 64),
            given.Number("k", 10),
            given.Numbers("threads", Environment.ProcessorCount == 1 ? new[] { 1 } : [1, 2]),
            given.Text("engines")?.Split(',') ?? [],
            given.Has("peers"),
            given.Has("rebuild"),
            given.Has("build-once"),
            given.Number("budget", 2.0),
            given.Number("rounds", 3));
    }
}
