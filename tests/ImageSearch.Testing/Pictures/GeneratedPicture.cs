namespace ImageSearch.Testing.Pictures;

/// <summary>Pictures that look like something and differ from each other: a gradient with rectangles and discs, all from a seed.</summary>
public static class GeneratedPicture
{
    /// <summary>A PNG; the same seed gives the same bytes.</summary>
    public static byte[] Png(int seed, int width = 192, int height = 144) => PictureEncoder.Encode(Pixels(seed, width, height), width, height, 3, "pngsave_buffer");

    /// <summary>A JPEG; the same seed gives the same bytes.</summary>
    public static byte[] Jpeg(int seed, int width = 192, int height = 144) => PictureEncoder.Encode(Pixels(seed, width, height), width, height, 3, "jpegsave_buffer", "Q=90");

    /// <summary>8-bit R, G, B interleaved.</summary>
    public static byte[] Pixels(int seed, int width, int height)
    {
        var random = new Random(seed);
        var pixels = new byte[width * height * 3];
        var (from, to) = (Colour(random), Colour(random));
        var horizontal = random.Next(2) == 0;
        Fill((x, y) => true, (x, y) =>
        {
            var t = horizontal ? (double)x / width : (double)y / height;
            return ((byte)(from.R + ((to.R - from.R) * t)), (byte)(from.G + ((to.G - from.G) * t)), (byte)(from.B + ((to.B - from.B) * t)));
        });
        for (var i = random.Next(5, 12); i > 0; i--)
        {
            var (colour, cx, cy) = (Colour(random), random.Next(width), random.Next(height));
            var (rx, ry) = (random.Next(width / 12, width / 3), random.Next(height / 12, height / 3));
            var disc = random.Next(2) == 0;
            Fill(
                (x, y) => disc
                    ? ((x - cx) * (x - cx) * ry * ry) + ((y - cy) * (y - cy) * rx * rx) < rx * rx * ry * ry
                    : Math.Abs(x - cx) < rx && Math.Abs(y - cy) < ry,
                (_, _) => colour);
        }

        return pixels;

        void Fill(Func<int, int, bool> inside, Func<int, int, (byte R, byte G, byte B)> paint)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    if (inside(x, y))
                    {
                        var at = ((y * width) + x) * 3;
                        (pixels[at], pixels[at + 1], pixels[at + 2]) = paint(x, y);
                    }
                }
            }
        }
    }

    private static (byte R, byte G, byte B) Colour(Random random) => ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
