namespace ImageSearch.AppHost;

/// <summary>The graph of a model whose algorithm is <c>Hnsw</c>.</summary>
internal sealed record ModelHnsw
{
    /// <summary>Links of a vector on every layer; twice as many on the lowest.</summary>
    public int M { get; init; } = 16;

    /// <summary>Candidates that are looked at to link a new vector.</summary>
    public int EfConstruction { get; init; } = 200;

    /// <summary>Candidates that a search looks at when it does not say.</summary>
    public int Ef { get; init; } = 64;

    /// <summary>Draws the layers of vectors.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Recall that the index servers tune ef to; 0 to leave it as it is.</summary>
    public double TargetRecall { get; init; }

    internal IEnumerable<string> Problems() => Rules.Broken(
        (M is >= 2 and <= 64, "Hnsw:M must be between 2 and 64."),
        (EfConstruction is >= 8 and <= 2048, "Hnsw:EfConstruction must be between 8 and 2048."),
        (Ef is >= 1 and <= 4096, "Hnsw:Ef must be between 1 and 4096."),
        (TargetRecall is 0 or (>= 0.5 and <= 0.9999), "Hnsw:TargetRecall must be between 0.5 and 0.9999, or 0 to leave ef as it is."));
}
