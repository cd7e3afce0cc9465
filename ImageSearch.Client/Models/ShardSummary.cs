namespace ImageSearch.Client.Models;

/// <summary>One shard of a model.</summary>
/// <param name="Count">Vectors that a search sees; null when it does not answer.</param>
/// <param name="Error">Why it does not answer; null when it does.</param>
public sealed record ShardSummary(int Shard, int Replicas, long? Count, string? Error = null);
