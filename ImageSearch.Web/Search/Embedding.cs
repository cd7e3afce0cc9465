using ImageSearch.Core.Contracts;

namespace ImageSearch.Web.Search;

/// <summary>A query's vector (float32 little-endian) and what it took to get it.</summary>
internal sealed record Embedding(byte[] Vector, EmbedTimes TookMs);
