namespace ImageSearch.Benchmarks.Vectors;

/// <summary>Everything that one run measured.</summary>
internal sealed class VectorsRun
{
    public List<Figures> Figures { get; } = [];

    public List<(EngineKind Kind, Built Built)> Builds { get; } = [];

    /// <summary>An engine that has no parameter.</summary>
    public Figures? Find(string engine, int threads) => Figures.FirstOrDefault(figures => figures.Kind.Name == engine && figures.Threads == threads);

    /// <summary>The fastest that reaches a recall.</summary>
    public Figures? Fastest(string engine, int threads, double recall, Func<Round, double> rate) => Figures
        .Where(figures => figures.Kind.Name == engine && figures.Threads == threads && figures.Recall >= recall)
        .MaxBy(figures => figures.OfRounds(rate));

    public Built? Build(string engine, int threads) => Builds.Where(build => build.Kind.Name == engine && build.Built.Threads == threads).Select(build => build.Built).LastOrDefault();
}
