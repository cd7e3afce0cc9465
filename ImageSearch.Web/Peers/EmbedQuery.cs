using ImageSearch.Core.Models;

namespace ImageSearch.Web.Peers;

/// <summary>The picture of a query, or its words, for a model to embed.</summary>
/// <param name="Content">The picture's bytes, or UTF-8.</param>
/// <param name="Timeout">How long the search waits, from now.</param>
internal sealed record EmbedQuery(ModelRoute Model, ReadOnlyMemory<byte> Content, CropRectangle? Crop, TimeSpan Timeout, bool IsText = false);
