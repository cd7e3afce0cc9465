
namespace ImageSearch.Web.Images;

/// <summary>Addresses of what this service serves, relative to its root.</summary>
internal static class ImageLinks
{
    public static string Content(ImageId id) => $"/api/v1/images/{id}/content";

    public static string Thumbnail(ImageId id) => Thumbnail(id, 256);

    public static string Thumbnail(ImageId id, int size) => $"/api/v1/images/{id}/thumbnail?size={size}";

    /// <summary>The page of one picture.</summary>
    public static string Page(ImageId id) => $"/image/{id}";

    /// <summary>The search page, with what looks like this picture.</summary>
    /// <param name="options">Further query parameters, each with a leading '&amp;', already escaped.</param>
    public static string Similar(ImageId id, string options = "") => $"/?image={id}{options}";
}
