namespace ImageSearch.Core.Imaging;

/// <summary>Makes small versions of pictures for pages.</summary>
public static class Thumbnailer
{
    /// <summary>Media type of the thumbnails.</summary>
    public const string ContentType = "image/webp";

    /// <summary>Encodes the picture so that its longer side has at most <paramref name="size"/> pixels, upright, over white, in sRGB; never enlarged.</summary>
    /// <exception cref="InvalidImageException">The picture does not decode.</exception>
    public static byte[] Create(ReadOnlyMemory<byte> content, int size, ImageLimits limits) => throw new NotImplementedException();
}
