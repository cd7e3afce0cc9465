using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Answer of an extractor's <c>POST /embed</c> (body: the picture's bytes; query <c>crop=x,y,w,h</c> optional).</summary>
/// <param name="Version">Version of the model that embedded.</param>
/// <param name="Vector">Base64 of float32 little-endian, L2-normalised.</param>
/// <param name="Labels">Best first; absent when the model has none.</param>
/// <param name="TookMs">Times in milliseconds.</param>
public sealed record EmbedResponse(
    string Version,
    byte[] Vector,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Label>? Labels,
    EmbedTimes TookMs)
{
    /// <summary>
    /// Base64 of the fingerprint of the picture, or of the part that was asked for. Absent from extractors that make none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Fingerprint { get; init; }
}

/// <summary>Milliseconds of an embedding: decoding and preprocessing, and the model with the wait for its batch.</summary>
public sealed record EmbedTimes(double Decode, double Embed);

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

/// <summary>A picture that an index found, with its cosine similarity, -1..1.</summary>
public readonly record struct ShardHit(ImageId Id, float Score);
