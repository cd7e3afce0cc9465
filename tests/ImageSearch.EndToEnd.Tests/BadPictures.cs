using System.Text;
using ImageSearch.Testing.Pictures;
using NetVips;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>What people upload besides photographs: broken, hostile, and merely unusual files.</summary>
internal static class BadPictures
{
    public static Picture Named(string name) => new(name, name switch
    {
        "empty.jpg" => [],
        "text.jpg" => Encoding.UTF8.GetBytes("This is a text file that somebody renamed."),
        "garbage.jpg" => [0xff, 0xd8, 0xff, 0xe0, .. Noise(5000)],
        "giant.png" => ClaimedSize.Png(50_000, 50_000),
        "large.jpg" => [.. GeneratedPicture.Jpeg(1), .. new byte[26_000_000]],
        "picture.svg" => Encoding.UTF8.GetBytes("""<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>"""),
        "truncated.jpg" => GeneratedPicture.Jpeg(2, 800, 600)[..4000],
        "still.gif" => PictureEncoder.Encode(GeneratedPicture.Pixels(3, 64, 48), 64, 48, 3, "gifsave_buffer"),
        "animated.gif" => Animation("gifsave_buffer"),
        "animated.webp" => Animation("webpsave_buffer"),
        "one-pixel.png" => PictureEncoder.Encode([200, 30, 90], 1, 1, 3, "pngsave_buffer"),
        "cmyk.jpg" => PictureEncoder.Encode(GeneratedPicture.Pixels(4, 160, 120), 160, 120, 3, "jpegsave_buffer", "Q=90", steps: image => image.Colourspace(Enums.Interpretation.Cmyk)),
        "grey16.png" => PictureEncoder.Encode(GeneratedPicture.Pixels(5, 160, 120), 160, 120, 3, "pngsave_buffer", steps: image => image.Colourspace(Enums.Interpretation.Grey16)),
        "alpha.png" => PictureEncoder.Encode(Noise(80 * 60 * 4), 80, 60, 4, "pngsave_buffer"),
        "rotated.jpg" => PictureEncoder.Encode(
            GeneratedPicture.Pixels(6, 160, 120), 160, 120, 3, "jpegsave_buffer", "Q=90", new Dictionary<string, int> { ["orientation"] = 6 }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such picture."),
    });

    private static byte[] Animation(string save) => PictureEncoder.Encode(
        [.. GeneratedPicture.Pixels(7, 64, 48), .. GeneratedPicture.Pixels(8, 64, 48)], 64, 96, 3, save, "", new Dictionary<string, int> { ["page-height"] = 48 });

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
