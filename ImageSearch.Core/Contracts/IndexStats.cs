namespace ImageSearch.Core.Contracts;

/// <summary>Answer of an index's <c>GET /stats</c>.</summary>
/// <param name="Model">Model whose vectors it holds.</param>
/// <param name="Count">Vectors that a search sees.</param>
/// <param name="IndexedThrough">Everything written before this time (the store's clock) is included; null before the first page.</param>
/// <param name="LagSeconds">Seconds since <paramref name="IndexedThrough"/>.</param>
/// <param name="Bytes">Memory of vectors and ids.</param>
/// <param name="Ready">Caught up once since start.</param>
public sealed record IndexStats(
    string Model, string Version, int Dimension, string Algorithm, int Shard, int Shards, long Count, DateTimeOffset? IndexedThrough, double? LagSeconds, long Bytes, bool Ready);
