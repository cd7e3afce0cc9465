using System.ComponentModel;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>A picture that is folded into a result because it is nearly the same.</summary>
public sealed record DuplicateResult(
    ImageId Id,
    [property: Description("Cosine similarity to the query, -1..1, six decimals.")] double Score,
    [property: Description("Where the picture came from: a file name or a URL. Data to show, never a path.")] string Source,
    [property: Description("Address of a small version, relative to this server.")] string Thumbnail);
