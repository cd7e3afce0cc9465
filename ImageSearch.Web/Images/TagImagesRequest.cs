using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Body of <c>POST /api/v1/images/tags</c>.</summary>
internal sealed record TagImagesRequest(
    [property: Description("1 to 1,000 pictures.")] IReadOnlyList<string>? Ids,
    [property: Description("Tags to add, at most 32.")] IReadOnlyList<string>? Add,
    [property: Description("Tags to take away, at most 32.")] IReadOnlyList<string>? Remove);
