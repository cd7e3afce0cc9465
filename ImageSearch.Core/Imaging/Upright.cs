using NetVips;

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
    public static Image Load(EncodedPicture picture, ImageInfo info, int width, int height)
    {
        var shrink = Math.Min((double)info.Width / width, (double)info.Height / height);
        Image image;
        try
        {
            image = Scale(picture, shrink, width, height, "srgb");
        }
        catch (VipsException)
        {
            // A profile that is damaged or of another colour space than the pixels is no reason to refuse a picture.
            image = Scale(picture, shrink, width, height, null);
        }

        using (image)
        {
            using var colours = image.Colourspace(Enums.Interpretation.Srgb);
            using var opaque = colours.HasAlpha() ? colours.Flatten(background: [255]) : colours.Copy();
            using var three = opaque.ExtractBand(0, n: 3);
            return three.Cast(Enums.BandFormat.Uchar);
        }
    }

    private static Image Scale(EncodedPicture picture, double shrink, int width, int height, string? profile)
    {
        // The decoder does most of the shrinking where it can; a factor of at least two is left to the better filter.
        using var loaded = picture.ContentType switch
        {
            "image/jpeg" when shrink >= 16 => picture.Open("shrink", 8),
            "image/jpeg" when shrink >= 8 => picture.Open("shrink", 4),
            "image/jpeg" when shrink >= 4 => picture.Open("shrink", 2),
            "image/webp" when shrink >= 4 => picture.Open("scale", 2 / shrink),
            _ => picture.Open(),
        };
        // From sRGB to sRGB changes no pixel, and takes twice as long as all the rest.
        var isSrgb = loaded is { Format: Enums.BandFormat.Uchar, Interpretation: Enums.Interpretation.Srgb or Enums.Interpretation.Bw }
            && !loaded.Contains("icc-profile-data");
        return loaded.ThumbnailImage(width, height, Enums.Size.Force, outputProfile: isSrgb ? null : profile);
    }
}
