using System.Buffers;
using System.Globalization;
using ImageSearch.Core.Imaging.Native;

namespace ImageSearch.Core.Imaging;

/// <summary>
/// Loads pictures the one way that everything here shows and sees them: first frame, EXIF orientation applied, sRGB, over white, three
/// bytes a pixel.
/// </summary>
/// <remarks>
/// The steps are those of libvips' thumbnail_buffer; that operation is not used because it lets truncated files pass, whatever its
/// option fail-on says (8.18.7).
/// </remarks>
internal static class Upright
{
    /// <summary>Opens the picture scaled to the very size; nothing is computed before the result is written.</summary>
    /// <param name="info">What <see cref="ImageInspector"/> found.</param>
    /// <param name="width">Width of the upright result.</param>
    /// <param name="height">Height of the upright result.</param>
    public static VipsImage Load(MemoryHandle pin, int length, ImageInfo info, int width, int height)
    {
        var shrink = Math.Min((double)info.Width / width, (double)info.Height / height);
        VipsImage image;
        try
        {
            image = Scale(pin, length, info, shrink, $"width={width},height={height},size=force,output-profile=srgb");
        }
        catch (VipsException)
        {
            // A profile that is damaged or of another colour space than the pixels is no reason to refuse a picture.
            image = Scale(pin, length, info, shrink, $"width={width},height={height},size=force");
        }

        using (image)
        {
            using var colours = image.Apply("colourspace", "space=srgb");
            using var opaque = colours.HasAlpha ? colours.Apply("flatten", "background=255") : colours.Apply("copy", "");
            using var three = opaque.Apply("extract_band", "band=0,n=3");
            return three.Apply("cast", "format=uchar");
        }
    }

    private static unsafe VipsImage Scale(MemoryHandle pin, int length, ImageInfo info, double shrink, string options)
    {
        using var loaded = ImageLoader.Open(pin.Pointer, length, ShrinkOnLoad(info.ContentType, shrink));
        return loaded.Apply("thumbnail_image", options);
    }

    /// <summary>Lets the decoder do most of the shrinking where it can; a factor of at least two is left to the better filter.</summary>
    private static string ShrinkOnLoad(string contentType, double shrink) => contentType switch
    {
        "image/jpeg" when shrink >= 16 => ",shrink=8",
        "image/jpeg" when shrink >= 8 => ",shrink=4",
        "image/jpeg" when shrink >= 4 => ",shrink=2",
        "image/webp" when shrink >= 4 => string.Create(CultureInfo.InvariantCulture, $",scale={2 / shrink:F6}"),
        _ => "",
    };
}
