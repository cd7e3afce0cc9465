namespace ImageSearch.Core.Contracts;

/// <summary>Answer of an index's <c>GET /stats</c>.</summary>
/// <param name="Model">Model whose vectors it holds.</param>
/// <param name="Count">Vectors that a search sees.</param>
/// <param name="IndexedThrough">Everything written before this time (the store's clock) is included; null before the first page.</param>
/// <param name="LagSeconds">Seconds since <paramref name="IndexedThrough"/>.</param>
/// <param name="Bytes">What has to be in memory, <see cref="IndexMemoryStats.Total"/>.</param>
/// <param name="Ready">Caught up once since start.</param>
public sealed record IndexStats(
    string Model, string Version, int Dimension, string Algorithm, int Shard, int Shards, long Count, DateTimeOffset? IndexedThrough, double? LagSeconds, long Bytes, bool Ready)
{
    /// <summary><c>loading</c>, <c>ready</c>, or <c>full</c>: it answers, but takes no more pictures.</summary>
    public string State { get; init; } = "";

    public IndexMemoryStats? Memory { get; init; }

    /// <summary>Candidates that a search looks at when it does not say; null where nothing is approximate.</summary>
    public int? Ef { get; init; }

    /// <summary>What <see cref="Ef"/> is tuned to; null where it is not.</summary>
    public double? TargetRecall { get; init; }

    /// <summary>Of the true results of the last searches that were replayed those that they had, 0..1; null before the first.</summary>
    public double? Recall { get; init; }

    /// <summary>Searches that were replayed since the start.</summary>
    public long RecallSamples { get; init; }

    /// <summary>How alike its pictures are to each other; null while it has too few, and until they were looked at.</summary>
    public ScoreStats? Scores { get; init; }
}
