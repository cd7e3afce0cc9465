using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Body of <c>POST /api/v1/images/delete</c>.</summary>
internal sealed record DeleteImagesRequest([property: Description("1 to 1,000 pictures.")] IReadOnlyList<string>? Ids);
