using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Answer of an index's <c>GET /stats</c>.</summary>
/// <param name="Model">Model whose vectors it holds.</param>
/// <param name="Count">Vectors that a search sees.</param>
/// <param name="IndexedThrough">Everything written before this time (the store's clock) is included; null before the first page.</param>
/// <param name="LagSeconds">Seconds since <paramref name="IndexedThrough"/>.</param>
/// <param name="Bytes">What has to be in memory, <see cref="IndexMemoryStats.Total"/>.</param>
/// <param name="Ready">Caught up once since start.</param>
public sealed record IndexStats(
    string Model, string Version, int Dimension, string Algorithm, int Shard, int Shards, long Count, DateTimeOffset? IndexedThrough,
    double? LagSeconds, long Bytes, bool Ready)
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

/// <summary>Where an index's memory is, in bytes.</summary>
/// <param name="Vectors">Vectors as float32.</param>
/// <param name="Codes">Vectors as codes.</param>
/// <param name="Graph">Neighbours.</param>
/// <param name="Directory">Ids, where they are, tags, and what is deleted.</param>
/// <param name="Mapped">In files: memory that the system may take back at any time; not in <paramref name="Total"/>.</param>
/// <param name="Total">What has to be in memory.</param>
/// <param name="Limit">What <paramref name="Total"/> may reach; null: anything.</param>
public sealed record IndexMemoryStats(long Vectors, long Codes, long Graph, long Directory, long Mapped, long Total, long? Limit)
{
    /// <summary>What searches work in, kept from one to the next; not in <see cref="Total"/>.</summary>
    public long Scratch { get; init; }
}

/// <summary>How alike the pictures of a shard are to each other: cosine similarities of pairs that were drawn at random.</summary>
/// <param name="Samples">Pairs.</param>
/// <param name="Mean">Of all of them.</param>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Quantiles">How many are below what.</param>
public sealed record ScoreStats(long Samples, double Mean, double Deviation, ScoreQuantiles Quantiles);

/// <summary>The scores that 50 %, 90 %, 99 % and 99.9 % of the pairs do not exceed, and the highest of all.</summary>
public sealed record ScoreQuantiles(double P50, double P90, double P99, double P999, double Maximum)
{
    /// <summary>The score that 10 % of the pairs do not exceed.</summary>
    [JsonPropertyOrder(-1)]
    public double P10 { get; init; }

    /// <summary>The score that 25 % of the pairs do not exceed.</summary>
    [JsonPropertyOrder(-1)]
    public double P25 { get; init; }
}
