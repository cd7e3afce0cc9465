namespace ImageSearch.Core.Contracts;

/// <summary>How alike the pictures of a shard are to each other: cosine similarities of pairs that were drawn at random.</summary>
/// <param name="Samples">Pairs.</param>
/// <param name="Mean">Of all of them.</param>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Quantiles">How many are below what.</param>
public sealed record ScoreStats(long Samples, double Mean, double Deviation, ScoreQuantiles Quantiles);
