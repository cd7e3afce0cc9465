using ImageSearch.Core.Imaging;
using NetVips;

namespace ImageSearch.Testing.Pictures;

/// <summary>What people do to pictures before they meet them again.</summary>
public static class PictureCopies
{
    private static readonly ImageLimits Limits = new();
    private static readonly double[] White = [255, 255, 255];

    public static readonly (string Name, Func<Image, Image> Change, int Quality)[] All =
    [
        ("half size, quality 30", image => image.Resize(0.5), 30),
        ("crop 80 %", image => Middle(image, 0.8), 85),
        ("flip", image => image.FlipHor(), 85),
        ("grey", image => image.Colourspace(Enums.Interpretation.Bw), 85),
        ("rotated 15°", image => image.Similarity(angle: 15, background: White), 85),
        ("white border", Bordered, 85),
        ("crop 50 %", image => Middle(image, 0.5), 85),
        ("rotated 90°", image => image.Rot90(), 85),
    ];

    public static byte[] Make(byte[] original, Func<Image, Image> change, int quality)
    {
        var info = ImageInspector.Inspect(original, Limits);
        var pixels = new byte[info.Width * info.Height * 3];
        ImageDecoder.Decode(original, new DecodeTarget(info.Width, info.Height, ResizeRule.Stretch, 1), null, Limits, pixels);
        return PictureEncoder.Encode(
            pixels, info.Width, info.Height, 3, "jpegsave_buffer", $"Q={quality}", steps: [change, image => image.Cast(Enums.BandFormat.Uchar)]);
    }

    /// <summary>The middle, with this share of each side.</summary>
    private static Image Middle(Image image, double share)
    {
        var (width, height) = ((int)(image.Width * share), (int)(image.Height * share));
        return image.ExtractArea((image.Width - width) / 2, (image.Height - height) / 2, width, height);
    }

    /// <summary>A tenth of the longer side all around.</summary>
    private static Image Bordered(Image image)
    {
        var border = Math.Max(image.Width, image.Height) / 10;
        return image.Embed(
            border, border, image.Width + (2 * border), image.Height + (2 * border), extend: Enums.Extend.White);
    }
}
