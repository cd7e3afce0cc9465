namespace ImageSearch.Index.Api;

/// <summary>What an answer says besides what was found; <see cref="ShardSearchResponse"/> explains it.</summary>
internal readonly record struct SearchHead(int Shard, string Version, long Count, DateTimeOffset? IndexedThrough, double TookMs);
