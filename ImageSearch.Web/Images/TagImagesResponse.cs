using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Answer of <c>POST /api/v1/images/tags</c>.</summary>
internal sealed record TagImagesResponse(
    [property: Description("Pictures whose tags are others now.")] int Changed,
    [property: Description("Ids of no picture: never added, or deleted before.")] int Unknown);
