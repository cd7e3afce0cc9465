using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;

namespace ImageSearch.Web.Peers;

/// <summary>The picture of a query, for a model to embed.</summary>
/// <param name="Timeout">How long the search waits, from now.</param>
internal sealed record EmbedQuery(ModelRoute Model, ReadOnlyMemory<byte> Content, CropRectangle? Crop, TimeSpan Timeout);
