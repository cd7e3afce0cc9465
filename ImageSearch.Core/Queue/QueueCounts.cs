namespace ImageSearch.Core.Queue;

/// <summary>Items of one queue by state.</summary>
public readonly record struct QueueCounts(long Waiting, long Leased, long Dead);
