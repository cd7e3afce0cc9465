namespace ImageSearch.Client.Search;

/// <summary>What one shard contributed to a search.</summary>
/// <param name="Count">Vectors that it holds; null when it did not answer.</param>
/// <param name="TookMs">Milliseconds in the shard; null when it did not answer.</param>
/// <param name="IndexedThrough">Everything written before this time was searched.</param>
/// <param name="Error">Why it did not answer; null when it did.</param>
public sealed record ShardReport(int Shard, long? Count, double? TookMs, DateTimeOffset? IndexedThrough, string? Error = null);
