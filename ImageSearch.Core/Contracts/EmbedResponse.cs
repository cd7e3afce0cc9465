using System.Text.Json.Serialization;
using ImageSearch.Core.Store;

namespace ImageSearch.Core.Contracts;

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
    /// <summary>Base64 of the fingerprint of the picture, or of the part that was asked for. Absent from extractors that make none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Fingerprint { get; init; }
}
