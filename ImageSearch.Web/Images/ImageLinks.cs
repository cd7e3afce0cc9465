using ImageSearch.Core.Images;

namespace ImageSearch.Web.Images;

/// <summary>Addresses of what this service serves, relative to its root.</summary>
internal static class ImageLinks
{
    public static string Content(ImageId id) => $"/api/v1/images/{id}/content";

    public static string Thumbnail(ImageId id) => $"/api/v1/images/{id}/thumbnail";

    public static string Thumbnail(ImageId id, int size) => $"/api/v1/images/{id}/thumbnail?size={size}";
}
