using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Answer of <c>POST /api/v1/images/delete</c>.</summary>
internal sealed record DeleteImagesResponse(
    [property: Description("Pictures that are deleted now.")] int Deleted,
    [property: Description("Ids of no picture: never added, or deleted before.")] int Unknown);
