using System.Numerics;

namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// Finds corners at several sizes (Harris and Stephens, 1988, on a pyramid), spread over the picture: of each level the corners that are
/// farthest from any clearly stronger one (Brown, Szeliski and Winder, 2005), so that a part of the picture has its share of them.
/// </summary>
internal static class CornerFinder
{
    /// <summary>How much smaller each level of the pyramid is.</summary>
    public const double LevelStep = 1.4142135623730951;

    public const int Levels = 6;

    /// <summary>Corners kept of each level: levels are to have as many, for a copy may be of another size.</summary>
    public const int PerLevel = 12;

    /// <summary>Of all that a level has, the strongest so many compete.</summary>
    private const int Candidates = 150;

    private const int Margin = 6;
    private const int CentroidRadius = 9;
    private const float LeastResponse = 4;

    /// <summary>A corner competes with those that are stronger by more than what noise does.</summary>
    private const float ClearlyWeaker = 0.9f;

    /// <param name="picture">At <see cref="PictureFingerprint.LongerSide"/>.</param>
    public static Corner[] Find(GreyPicture picture)
    {
        var corners = new List<Corner>(Levels * PerLevel);
        var level = picture;
        for (var number = 0; number < Levels && Math.Min(level.Width, level.Height) > 2 * Margin; number++)
        {
            using (var smooth = level.Smooth(6 / 16f, 4 / 16f, 1 / 16f))
            {
                foreach (var (x, y) in Strongest(smooth))
                {
                    var angle = AngleAt(smooth, x, y);
                    var (bits, mirrored) = CornerPattern.Describe(smooth, x, y, angle);
                    corners.Add(new Corner(
                        (byte)((x + 0.5) * picture.Width / level.Width), (byte)((y + 0.5) * picture.Height / level.Height), (byte)number,
                        angle, bits, mirrored));
                }
            }

            var scale = Math.Pow(LevelStep, number + 1);
            var next = level.Resize(
                Math.Max(1, (int)Math.Round(picture.Width / scale)), Math.Max(1, (int)Math.Round(picture.Height / scale)));
            if (level != picture)
            {
                level.Dispose();
            }

            level = next;
        }

        if (level != picture)
        {
            level.Dispose();
        }

        return [.. corners];
    }

    private static IEnumerable<(int X, int Y)> Strongest(GreyPicture smooth)
    {
        using var response = Response(smooth);
        var found = new List<(float Response, int X, int Y)>();
        for (var y = Margin; y < smooth.Height - Margin; y++)
        {
            var row = response.Row(y);
            for (var x = Margin; x < smooth.Width - Margin; x++)
            {
                if (row[x] >= LeastResponse && IsPeak(response, x, y))
                {
                    found.Add((row[x], x, y));
                }
            }
        }

        (float Response, int X, int Y)[] candidates = [.. found.OrderByDescending(corner => corner.Response).Take(Candidates)];
        return candidates.Select((corner, i) => (corner, Room: Room(candidates, i))).OrderByDescending(corner => corner.Room).Take(PerLevel)
            .Select(corner => (corner.corner.X, corner.corner.Y));
    }

    /// <summary>How far away the next corner is that is clearly stronger, squared.</summary>
    private static int Room((float Response, int X, int Y)[] candidates, int i)
    {
        var (response, x, y) = candidates[i];
        var room = int.MaxValue;
        for (var j = 0; j < i && response < ClearlyWeaker * candidates[j].Response; j++)
        {
            var (dx, dy) = (x - candidates[j].X, y - candidates[j].Y);
            room = Math.Min(room, (dx * dx) + (dy * dy));
        }

        return room;
    }

    private static bool IsPeak(GreyPicture response, int x, int y)
    {
        ReadOnlySpan<float> above = response.Row(y - 1), row = response.Row(y), below = response.Row(y + 1);
        var value = row[x];
        // Of equal neighbours the first is the peak.
        return value > above[x - 1] && value > above[x] && value > above[x + 1] && value > row[x - 1]
            && value >= row[x + 1] && value >= below[x - 1] && value >= below[x] && value >= below[x + 1];
    }

    /// <summary>How much the picture changes in every direction: the harmonic mean of the eigenvalues of the gradients' matrix.</summary>
    private static GreyPicture Response(GreyPicture smooth)
    {
        var (width, height) = (smooth.Width, smooth.Height);
        using GreyPicture xx = new(width, height), yy = new(width, height), xy = new(width, height);
        for (var y = 0; y < height; y++)
        {
            ReadOnlySpan<float> above = smooth.Row(Math.Max(y - 1, 0)), row = smooth.Row(y),
            below = smooth.Row(Math.Min(y + 1, height - 1));
            Span<float> toXx = xx.Row(y), toYy = yy.Row(y), toXy = xy.Row(y);
            // Beside the picture there is no change.
            (toXx[0], toYy[0], toXy[0], toXx[^1], toYy[^1], toXy[^1]) = (0, 0, 0, 0, 0, 0);
            var x = 1;
            for (; x <= width - 1 - Vector<float>.Count; x += Vector<float>.Count)
            {
                var dx = new Vector<float>(row[(x + 1)..]) - new Vector<float>(row[(x - 1)..]);
                var dy = new Vector<float>(below[x..]) - new Vector<float>(above[x..]);
                (dx * dx).CopyTo(toXx[x..]);
                (dy * dy).CopyTo(toYy[x..]);
                (dx * dy).CopyTo(toXy[x..]);
            }

            for (; x < width - 1; x++)
            {
                var (dx, dy) = (row[x + 1] - row[x - 1], below[x] - above[x]);
                (toXx[x], toYy[x], toXy[x]) = (dx * dx, dy * dy, dx * dy);
            }
        }

        using GreyPicture meanXx = Window(xx), meanYy = Window(yy), meanXy = Window(xy);
        var response = new GreyPicture(width, height);
        Span<float> a = meanXx.Pixels, b = meanYy.Pixels, c = meanXy.Pixels, to = response.Pixels;
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> xxs = new(a[i..]), yys = new(b[i..]), xys = new(c[i..]);
            (((xxs * yys) - (xys * xys)) / (xxs + yys + Vector<float>.One)).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            to[i] = ((a[i] * b[i]) - (c[i] * c[i])) / (a[i] + b[i] + 1);
        }

        return response;
    }

    private static GreyPicture Window(GreyPicture products) => products.Smooth(3 / 9f, 2 / 9f, 1 / 9f);

    /// <summary>From the corner to the centre of the brightness around it (Rosin, 1999).</summary>
    private static byte AngleAt(GreyPicture smooth, int x, int y)
    {
        var (sumX, sumY) = (0f, 0f);
        for (var dy = -CentroidRadius; dy <= CentroidRadius; dy++)
        {
            var row = smooth.Row(Math.Clamp(y + dy, 0, smooth.Height - 1));
            var reach = HalfWidths[Math.Abs(dy)];
            var sum = 0f;
            for (var dx = -reach; dx <= reach; dx++)
            {
                var value = row[Math.Clamp(x + dx, 0, smooth.Width - 1)];
                sum += value;
                sumX += dx * value;
            }

            sumY += dy * sum;
        }

        return (byte)(int)Math.Round(Math.Atan2(sumY, sumX) * 128 / Math.PI);
    }

    /// <summary>Half the width of a disc in each of its rows.</summary>
    private static readonly int[] HalfWidths =
        [.. Enumerable.Range(0, CentroidRadius + 1).Select(dy => (int)Math.Sqrt((CentroidRadius * CentroidRadius) - (dy * dy)))];
}
