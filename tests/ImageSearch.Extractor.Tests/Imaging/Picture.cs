using ImageSearch.Core.Imaging;
using ImageSearch.Testing.Pictures;
using NetVips;

namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>Pictures of every kind with four colours in them, which a test can find again.</summary>
internal static class Picture
{
    /// <summary>Red, green over blue, yellow: every orientation of it looks different.</summary>
    public static byte[] Quadrants(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = (x < width / 2, y < height / 2) switch
                {
                    (true, true) => (220, 20, 20),
                    (false, true) => (20, 200, 20),
                    (true, false) => (20, 20, 220),
                    _ => (220, 220, 20),
                };
                var at = (y * width + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)r, (byte)g, (byte)b);
            }
        }

        return pixels;
    }

    public static byte[] Jpeg(int width, int height, int orientation = 1, string options = "Q=92") => PictureEncoder.Encode(
        Quadrants(width, height), width, height, 3, "jpegsave_buffer", options, new Dictionary<string, int> { ["orientation"] = orientation });

    public static byte[] Png(int width, int height, string options = "compression=6") =>
        PictureEncoder.Encode(Quadrants(width, height), width, height, 3, "pngsave_buffer", options);

    /// <summary>Saves the quadrants after some operations of libvips.</summary>
    public static byte[] Save(string save, string options, params Func<Image, Image>[] steps) =>
        PictureEncoder.Encode(Quadrants(64, 48), 64, 48, 3, save, options, steps: steps);

    /// <summary>Frames one above the other, each of one colour.</summary>
    public static byte[] Animation(string save, int width, int height, params byte[][] colours)
    {
        var pixels = new byte[width * height * 3 * colours.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = colours[i / (width * height * 3)][i % 3];
        }

        return PictureEncoder.Encode(
            pixels, width, height * colours.Length, 3, save, metadata: new Dictionary<string, int> { ["page-height"] = height });
    }

    /// <summary>Decodes the picture and looks at a pixel of each quadrant.</summary>
    public static void AssertQuadrants(byte[] content)
    {
        var target = new DecodeTarget(16, 16, ResizeRule.Stretch, 16);
        var (pixels, expected) = (new byte[target.Bytes], Quadrants(16, 16));
        ImageDecoder.Decode(content, target, null, new ImageLimits(), pixels);
        foreach (var at in (int[])[3 * (16 * 3 + 3), 3 * (16 * 3 + 12), 3 * (16 * 12 + 3), 3 * (16 * 12 + 12)])
        {
            Assert.All(Enumerable.Range(at, 3), i => Assert.InRange(pixels[i], expected[i] - 30, expected[i] + 30));
        }
    }
}
