using ImageSearch.Core.Images;

namespace ImageSearch.Core.Blobs;

/// <summary>Where what lies in the blob store.</summary>
public static class BlobKeys
{
    public static string Image(ImageId id) => $"images/{id}";

    public static string Thumbnail(ImageId id, int size) => $"thumbnails/{size}/{id}";
}
