using ImageSearch.Core.Fingerprints;

namespace ImageSearch.Web.Search;

/// <summary>A query's vector (float32 little-endian) and what it took to get it.</summary>
/// <param name="Picture">The picture whose vector it is; null when it is that of several.</param>
/// <param name="Fingerprint">Of that picture, or the part of it that is searched by; null when it has none, or there are several.</param>
/// <param name="IsStored">Whether the vector is the one that the store has of the picture.</param>
internal sealed record Embedding(byte[] Vector, EmbedTimes TookMs, ImageId? Picture = null, PictureFingerprint? Fingerprint = null, bool IsStored = false);
