using System.Numerics;

namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// Proposes how one picture lies on another: pairs of corners that look alike each say how large the copy is and how it is turned, two of
/// them where it lies; what most pairs agree to is proposed. Every pair of matches is tried, nothing is drawn by chance.
/// </summary>
internal static class CornerMatcher
{
    public const int MostProposals = 3;

    /// <summary>Comparisons, of 128, in which a corner and its copy may differ.</summary>
    private const int MostDifferences = 24;

    /// <summary>In either half of them: what most corners fail is looked at first.</summary>
    private const int MostDifferencesOfHalf = 15;

    private const int MostMatches = 24;

    /// <summary>Two matches nearer to each other say little of scale and angle.</summary>
    private const double LeastDistance = 15;

    /// <summary>Pixels that a corner may be beside its place.</summary>
    private const double Tolerance = 4;

    /// <summary>Cosine of the turn that a single match may be wrong by.</summary>
    private const double LeastCosine = 0.9;

    /// <summary>Factor that a single match may be wrong by in scale, squared: levels are a square root of two apart.</summary>
    private const double ScaleTolerance = 2.45;

    private const double LeastScale = 0.2;

    /// <summary>A corner and the one that looks most like it.</summary>
    /// <param name="A">How the match itself scales and turns, as in <see cref="Similarity"/>.</param>
    private readonly record struct Match(int Differences, double X, double Y, double ToX, double ToY, double A, double B);

    /// <param name="proposals">At least <see cref="MostProposals"/> places; the most agreed to is the first.</param>
    /// <returns>How many there are.</returns>
    public static int Propose(PictureFingerprint from, PictureFingerprint to, Span<Similarity> proposals)
    {
        Span<Match> all = stackalloc Match[from.Corners.Length];
        var matches = all[..FindMatches(from.Corners, to.Corners, all)];
        matches.Sort(static (one, other) => one.Differences.CompareTo(other.Differences));
        matches = matches[..Math.Min(matches.Length, MostMatches)];

        var count = 0;
        while (count < MostProposals && Best(matches) is { } best)
        {
            // Those that agree are spoken for, the next proposal is of the others.
            var agreeing = MoveToEnd(matches, best);
            proposals[count++] = Fit(matches[^agreeing..]);
            matches = matches[..^agreeing];
        }

        return count;
    }

    private static int FindMatches(ReadOnlySpan<Corner> from, ReadOnlySpan<Corner> to, Span<Match> matches)
    {
        var count = 0;
        foreach (ref readonly var corner in from)
        {
            var (nearest, differences) = (-1, MostDifferences + 1);
            for (var i = 0; i < to.Length; i++)
            {
                ref readonly var other = ref to[i];
                var half = BitOperations.PopCount(corner.Bits ^ other.Bits);
                if (half <= MostDifferencesOfHalf && half + BitOperations.PopCount(corner.MirroredBits ^ other.MirroredBits) is var both
                    && both < differences)
                {
                    (nearest, differences) = (i, both);
                }
            }

            if (nearest >= 0)
            {
                ref readonly var copy = ref to[nearest];
                var scale = Math.Pow(CornerFinder.LevelStep, copy.Level - corner.Level);
                var (sin, cos) = Math.SinCos((copy.Angle - corner.Angle) * Math.PI / 128);
                matches[count++] = new Match(
                    differences, corner.X + 0.5, corner.Y + 0.5, copy.X + 0.5, copy.Y + 0.5, scale * cos, scale * sin);
            }
        }

        return count;
    }

    private static Similarity? Best(ReadOnlySpan<Match> matches)
    {
        Similarity? best = null;
        var most = 1;
        for (var i = 0; i < matches.Length; i++)
        {
            for (var j = i + 1; j < matches.Length; j++)
            {
                if (Of(matches[i], matches[j]) is { } similarity)
                {
                    var agreeing = 0;
                    foreach (ref readonly var match in matches)
                    {
                        agreeing += Agrees(match, similarity) ? 1 : 0;
                    }

                    (best, most) = agreeing > most ? (similarity, agreeing) : (best, most);
                }
            }
        }

        return best;
    }

    /// <returns>The one that takes two corners to their matches; null when that is not how they look.</returns>
    private static Similarity? Of(in Match one, in Match other)
    {
        var (dx, dy, toDx, toDy) = (other.X - one.X, other.Y - one.Y, other.ToX - one.ToX, other.ToY - one.ToY);
        var squared = (dx * dx) + (dy * dy);
        if (squared < LeastDistance * LeastDistance)
        {
            return null;
        }

        var similarity = Similarity.Taking(
            ((dx * toDx) + (dy * toDy)) / squared, ((dx * toDy) - (dy * toDx)) / squared, one.X, one.Y, one.ToX, one.ToY);
        return similarity.SquaredScale is > LeastScale * LeastScale and < 1 / (LeastScale * LeastScale) && LooksSo(one, similarity)
            && LooksSo(other, similarity)
            ? similarity
            : null;
    }

    private static bool LooksSo(in Match match, Similarity similarity)
    {
        var (own, scale) = ((match.A * match.A) + (match.B * match.B), similarity.SquaredScale);
        var dot = (match.A * similarity.A) + (match.B * similarity.B);
        return dot > 0 && dot * dot >= LeastCosine * LeastCosine * own * scale && own < ScaleTolerance * scale
            && scale < ScaleTolerance * own;
    }

    private static bool Agrees(in Match match, Similarity similarity)
    {
        var (x, y) = similarity.Map(match.X, match.Y);
        var (dx, dy) = (x - match.ToX, y - match.ToY);
        return (dx * dx) + (dy * dy) <= Tolerance * Tolerance * Math.Max(1, similarity.SquaredScale) && LooksSo(match, similarity);
    }

    /// <returns>How many agree; they are last then.</returns>
    private static int MoveToEnd(Span<Match> matches, Similarity similarity)
    {
        var others = 0;
        for (var i = 0; i < matches.Length; i++)
        {
            if (!Agrees(matches[i], similarity))
            {
                (matches[others], matches[i]) = (matches[i], matches[others]);
                others++;
            }
        }

        return matches.Length - others;
    }

    /// <summary>Least squares.</summary>
    private static Similarity Fit(ReadOnlySpan<Match> matches)
    {
        var (x, y, toX, toY) = (0.0, 0.0, 0.0, 0.0);
        foreach (ref readonly var match in matches)
        {
            (x, y, toX, toY) = (x + match.X, y + match.Y, toX + match.ToX, toY + match.ToY);
        }

        (x, y, toX, toY) = (x / matches.Length, y / matches.Length, toX / matches.Length, toY / matches.Length);
        var (squares, a, b) = (0.0, 0.0, 0.0);
        foreach (ref readonly var match in matches)
        {
            var (dx, dy, toDx, toDy) = (match.X - x, match.Y - y, match.ToX - toX, match.ToY - toY);
            squares += (dx * dx) + (dy * dy);
            a += (dx * toDx) + (dy * toDy);
            b += (dx * toDy) - (dy * toDx);
        }

        return Similarity.Taking(a / squares, b / squares, x, y, toX, toY);
    }
}
