namespace ImageSearch.Core.Contracts;

/// <summary>
/// Answer of an index's <c>POST /search?k=</c> (body: n × dimension float32 little-endian; header <c>X-Vectors: n</c>;
/// query <c>tag=</c> and <c>minScore=</c> optional).
/// </summary>
/// <param name="Shard">Which shard answered.</param>
/// <param name="Count">Vectors that it holds.</param>
/// <param name="IndexedThrough">Everything written before this time (the store's clock) is included.</param>
/// <param name="TookMs">Milliseconds of the search itself.</param>
/// <param name="Results">Per query vector the best, best first; ties by id.</param>
public sealed record ShardSearchResponse(
    int Shard, string Version, long Count, DateTimeOffset? IndexedThrough, double TookMs, IReadOnlyList<IReadOnlyList<ShardHit>> Results);
