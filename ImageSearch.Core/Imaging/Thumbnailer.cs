using NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>Makes small versions of pictures for pages.</summary>
public static class Thumbnailer
{
    /// <summary>Media type of the thumbnails.</summary>
    public const string ContentType = "image/webp";

    /// <summary>
    /// Encodes the picture so that its longer side has at most <paramref name="size"/> pixels, upright, over white, in sRGB; never
    /// enlarged.
    /// </summary>
    /// <exception cref="InvalidImageException">The picture does not decode.</exception>
    public static byte[] Create(ReadOnlyMemory<byte> content, int size, ImageLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var info = ImageInspector.Inspect(content, limits, out var picture);
        var scale = Math.Min(1, (double)size / Math.Max(info.Width, info.Height));
        byte[] thumbnail = [];
        picture.Decode(() =>
        {
            using var image = Upright.Load(picture, info, Scaled(info.Width, scale), Scaled(info.Height, scale));
            thumbnail = image.WebpsaveBuffer(q: 80, effort: 2, keep: Enums.ForeignKeep.None);
        });
        return thumbnail;
    }

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));
}
