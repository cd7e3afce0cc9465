namespace ImageSearch.Benchmarks.Vectors;

/// <summary>
/// How the benchmark talks with an engine's process: a line of words to its standard input, a line of JSON back. Every engine measures
/// itself, so that no pipe is in its times, and all do it alike; what is said of the times is computed in one place.
/// </summary>
/// <remarks>
/// <code>
/// ready                                                           → {"ready"}                      started, and idle until the next command
/// build THREADS CACHE                                             → {"seconds", "cached", "resident", "account", "graph", "mapped", "version"}
/// latency THREADS PARAMETER FIRST MOST LEAST SECONDS              → {"ms": [...], "allocated"}     queries from FIRST on, one by one
/// batch THREADS PARAMETER SIZE FIRST MOST LEAST SECONDS           → {"rates": [...], "allocated"}  queries a second, SIZE at a time
/// ids THREADS PARAMETER COUNT                                     → {"ids": [...]}                 rows found for the first COUNT queries
/// k K                                                             → {"k"}                          ours only: neighbours from now on
/// </code>
/// CACHE is a file or "-"; PARAMETER is ef, nprobe or 0. LEAST measurements are made in any case, then up to MOST until SECONDS have passed.
/// "resident" is what the process took since before the build, in bytes that no file backs; "account" is the engine's own figure, "graph" the
/// part of it that are neighbours, "mapped" what files back; "allocated" is managed memory, in bytes per query. The process ends with its input.
/// </remarks>
internal static class EngineProtocol
{
    public const string Command = "vectors-engine";

    public const string Ready = "ready";

    public static string Build(int threads, string? cache) => $"build {threads} {cache ?? "-"}";

    public static string Latency(int threads, int parameter, int first, int most, int least, double seconds) =>
        FormattableString.Invariant($"latency {threads} {parameter} {first} {most} {least} {seconds}");

    public static string Batch(int threads, int parameter, int size, int first, int most, int least, double seconds) =>
        FormattableString.Invariant($"batch {threads} {parameter} {size} {first} {most} {least} {seconds}");

    public static string Ids(int threads, int parameter, int count) => $"ids {threads} {parameter} {count}";
}
