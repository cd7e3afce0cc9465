using System.Collections.Concurrent;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The real photographs of the test data, and what people do to photographs.</summary>
internal static class Photographs
{
    private static readonly ImageLimits Limits = new();

    private static readonly ConcurrentDictionary<(string Id, string Variant), Picture> Variants = new();

    public static IReadOnlyList<Picture> All() => [.. TestData.Images.Select(path => new Picture(Path.GetFileName(path), File.ReadAllBytes(path)))];

    /// <summary>Made once: each is asked for by several models and backends.</summary>
    public static Picture Variant(Picture original, string variant) => Variants.GetOrAdd((original.Id, variant), static (_, made) => Make(made.original, made.variant), (original, variant));

    private static Picture Make(Picture original, string variant) => variant switch
    {
        "itself" => original,
        "JPEG quality 30, then half size" => HalfSize(Quality30(original)),
        "half size, then JPEG quality 30" => Quality30(HalfSize(original)),
        "central 80 %" => Central80Percent(original),
        _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "No such variant."),
    };

    private static Picture HalfSize(Picture original)
    {
        var info = ImageInspector.Inspect(original.Content, Limits);
        return Save(original, info.Width / 2, info.Height / 2, null, "pngsave_buffer");
    }

    private static Picture Quality30(Picture original)
    {
        var info = ImageInspector.Inspect(original.Content, Limits);
        return Save(original, info.Width, info.Height, null, "jpegsave_buffer", "Q=30");
    }

    private static Picture Central80Percent(Picture original)
    {
        var info = ImageInspector.Inspect(original.Content, Limits);
        return Save(original, info.Width * 8 / 10, info.Height * 8 / 10, new CropRectangle(0.1, 0.1, 0.8, 0.8), "jpegsave_buffer", "Q=95");
    }

    private static Picture Save(Picture original, int width, int height, CropRectangle? crop, string save, string options = "")
    {
        var target = new DecodeTarget(width, height, ResizeRule.Stretch, 0);
        var pixels = new byte[target.Bytes];
        ImageDecoder.Decode(original.Content, target, crop, Limits, pixels);
        return new Picture("variant-" + original.Name, PictureEncoder.Encode(pixels, width, height, 3, save, options));
    }
}
