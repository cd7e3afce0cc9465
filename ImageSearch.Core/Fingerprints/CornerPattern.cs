namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// Describes the surroundings of a corner by comparing the brightness of pairs of points (Calonder et al., BRIEF, 2010), turned with the
/// corner (Rublee et al., ORB, 2011). Each pair has its mirror image among the pairs, so that a mirrored picture needs no description of
/// its own.
/// </summary>
/// <remarks>The pairs are part of the fingerprint's format: other pairs are another version of <see cref="PictureFingerprint"/>.</remarks>
internal static class CornerPattern
{
    /// <summary>Points are at most so many pixels of the level away.</summary>
    public const int Reach = 12;

    private const int Pairs = 64;
    private const int Turns = 64;
    private const double LeastDistance = 3;

    /// <summary>For each angle, for each pair and then for each mirrored pair: x and y of one point, x and y of the other.</summary>
    private static readonly sbyte[][] Offsets = Turn(Choose());

    /// <param name="smooth">The level, smoothed: single pixels are noise.</param>
    public static (ulong Bits, ulong MirroredBits) Describe(GreyPicture smooth, int x, int y, byte angle)
    {
        var offsets = Offsets[((angle + 2) / 4) % Turns].AsSpan();
        var half = Pairs * 4;
        return (Compare(smooth, x, y, offsets[..half]), Compare(smooth, x, y, offsets[half..]));
    }

    private static ulong Compare(GreyPicture smooth, int x, int y, ReadOnlySpan<sbyte> offsets)
    {
        var pixels = smooth.Pixels;
        var (width, right, bottom) = (smooth.Width, smooth.Width - 1, smooth.Height - 1);
        var bits = 0ul;
        for (var i = 0; i < Pairs; i++)
        {
            var pair = offsets.Slice(4 * i, 4);
            var one = pixels[(Math.Clamp(y + pair[1], 0, bottom) * width) + Math.Clamp(x + pair[0], 0, right)];
            var other = pixels[(Math.Clamp(y + pair[3], 0, bottom) * width) + Math.Clamp(x + pair[2], 0, right)];
            bits |= one < other ? 1ul << i : 0;
        }

        return bits;
    }

    /// <summary>Pairs of points that are more often near the corner than far from it, the same in every process.</summary>
    private static (double X1, double Y1, double X2, double Y2)[] Choose()
    {
        var state = 20261130u;
        var pairs = new (double X1, double Y1, double X2, double Y2)[Pairs];
        for (var i = 0; i < Pairs;)
        {
            var ((x1, y1), (x2, y2)) = (Point(), Point());
            pairs[i] = (x1, y1, x2, y2);
            i += Math.Pow(x1 - x2, 2) + Math.Pow(y1 - y2, 2) >= LeastDistance * LeastDistance ? 1 : 0;
        }

        return pairs;

        (double X, double Y) Point()
        {
            while (true)
            {
                var (x, y) = (Coordinate(), Coordinate());
                if ((x * x) + (y * y) <= Reach * Reach)
                {
                    return (x, y);
                }
            }
        }

        // A sum of three is nearly normal, and the generator (Numerical Recipes) the same everywhere.
        double Coordinate() => (Next() + Next() + Next()) * Reach / 1.8;

        double Next()
        {
            state = (state * 1664525u) + 1013904223u;
            return ((state >> 8) / (double)(1 << 23)) - 1;
        }
    }

    private static sbyte[][] Turn((double X1, double Y1, double X2, double Y2)[] pairs) =>
    [
        .. Enumerable.Range(0, Turns).Select(turn =>
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * turn / Turns);
            return pairs.Concat(pairs.Select(pair => (pair.X1, Y1: -pair.Y1, pair.X2, Y2: -pair.Y2)))
                .SelectMany(pair => (sbyte[])[Round((pair.X1 * cos) - (pair.Y1 * sin)), Round((pair.X1 * sin) + (pair.Y1 * cos)), Round((pair.X2 * cos) - (pair.Y2 * sin)), Round((pair.X2 * sin) + (pair.Y2 * cos))])
                .ToArray();
        }),
    ];

    private static sbyte Round(double value) => (sbyte)Math.Round(value, MidpointRounding.AwayFromZero);
}
