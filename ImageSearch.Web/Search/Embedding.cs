using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>A query's vector (float32 little-endian) and what it took to get it.</summary>
/// <param name="Picture">The picture whose vector it is; null when it is that of several.</param>
/// <param name="IsStored">Whether the vector is the one that the store has of the picture.</param>
internal sealed record Embedding(byte[] Vector, EmbedTimes TookMs, ImageId? Picture = null, bool IsStored = false);
