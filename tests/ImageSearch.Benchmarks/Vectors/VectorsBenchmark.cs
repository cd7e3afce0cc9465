using System.Diagnostics;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>
/// The engine beside other engines, on the same data and in the same minutes: every engine is a process of its own, and they are measured in
/// turns. <c>vectors --data DIR --n 100000 --d 512 --peers</c>.
/// </summary>
internal static class VectorsBenchmark
{
    public static async Task RunAsync(string[] words)
    {
        var options = VectorsOptions.Parse(words);
        var files = new VectorFiles(options.Data, options.Count, options.Dimension, options.Latent == 0);
        if (files.Missing is { } missing)
        {
            Console.WriteLine($"\nvectors: skipped. {missing}");
            return;
        }

        Console.WriteLine($"\nvectors: {options.Count:N0} × {options.Dimension}{(options.Latent == 0 ? ", isotropic clusters" : "")}, k = {options.K}, {options.Rounds} rounds");
        using var peers = new PeerPrograms();
        var kinds = Kinds(options, peers);
        using var yardsticks = new Yardsticks();
        var started = Stopwatch.GetTimestamp();
        var run = new VectorsRun();
        foreach (var graph in new[] { false, true })
        {
            await MeasureAsync([.. kinds.Where(kind => kind.Graph == graph)], options, files, peers, yardsticks, run);
        }

        FiguresTable.Write(run, options);
        MustShow.Write(run, options);
        Console.WriteLine($"\n{Stopwatch.GetElapsedTime(started).TotalMinutes:F1} minutes");
    }

    private static List<EngineKind> Kinds(VectorsOptions options, PeerPrograms peers)
    {
        var missing = options.Peers ? peers.Prepare() : [];
        foreach (var (_, why) in missing)
        {
            Console.WriteLine($"  skipped: {why}");
        }

        if (options.Peers && missing.All(peer => peer.Engines != "faiss_") && !PeerPrograms.HasFastMatrices)
        {
            Console.WriteLine("  warning: NumPy runs on the reference BLAS, so that batches of faiss and scikit-learn are not what they could be. Debian: apt-get install libopenblas0-pthread");
        }

        return [.. EngineKind.All.Where(kind => options.Engines.Length == 0 || options.Engines.Contains(kind.Name, StringComparer.OrdinalIgnoreCase))
            .Where(kind => kind.Own || options.Peers)
            .Where(kind => options.Count <= kind.Most || options.Engines.Contains(kind.Name, StringComparer.OrdinalIgnoreCase))
            .Where(kind => !missing.Any(peer => kind.Name.StartsWith(peer.Engines, StringComparison.Ordinal)))];
    }

    private static async Task MeasureAsync(
        List<EngineKind> kinds, VectorsOptions options, VectorFiles files, PeerPrograms peers, Yardsticks yardsticks, VectorsRun run)
    {
        var engines = kinds.ConvertAll(kind => new MeasuredEngine(kind, new EngineProcess(kind.Start(files, options, peers)), files, options));
        try
        {
            // Nobody builds while others still start.
            await Task.WhenAll(engines.Select(engine => engine.ReadyAsync()));
            foreach (var threads in options.Threads)
            {
                foreach (var engine in engines)
                {
                    await BuildAsync(engine, threads, options, files, run);
                }

                await MeasureAsync(engines, threads, options, yardsticks, run);
            }
        }
        finally
        {
            engines.ForEach(engine => engine.Dispose());
        }
    }

    /// <summary>Builds what is not built, or is to be timed with this number of threads, too.</summary>
    private static async Task BuildAsync(MeasuredEngine engine, int threads, VectorsOptions options, VectorFiles files, VectorsRun run)
    {
        var most = options.Threads.Max();
        var with = engine.Kind.Own && !engine.Kind.Graph ? threads : engine.Kind.RebuildTime && !options.BuildOnce ? threads : most;
        if (engine.Builds.Any(built => built.Threads == with))
        {
            return;
        }

        var cache = engine.Kind is { Own: false, Graph: true } && !options.Rebuild && !(engine.Kind.RebuildTime && !options.BuildOnce) ? files.Cache(engine.Kind.Name, with) : null;
        var built = await engine.BuildAsync(with, cache);
        run.Builds.Add((engine.Kind, built));
        Console.WriteLine($"  {engine.Kind.Name} {(built.Cached ? "read; once built" : "built")} with {with} thread(s) in {built.Seconds:F1} s");
    }

    private static async Task MeasureAsync(List<MeasuredEngine> engines, int threads, VectorsOptions options, Yardsticks yardsticks, VectorsRun run)
    {
        var figures = new List<(MeasuredEngine Engine, Figures Figures)>();
        foreach (var engine in engines.Where(engine => !engine.IsSlow || threads == options.Threads[0]))
        {
            figures.AddRange((await engine.FiguresAsync(threads)).Select(some => (engine, some)));
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (engine, some) in figures.Where(pair => round == 0 || !pair.Engine.IsSlow))
            {
                await engine.MeasureAsync(some, round, yardsticks);
            }
        }

        run.Figures.AddRange(figures.Select(pair => pair.Figures));
    }
}
