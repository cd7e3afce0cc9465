using System.Numerics.Tensors;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>
/// Folds pictures that are nearly the same into the best of them: every hit joins the first one before it that leads a group and is alike
/// enough, or leads one itself. So a longer ranking has the same groups, and maybe more of them: pages fit together.
/// </summary>
internal static class DuplicateFolding
{
    // Scores are rounded to six decimals: near 1 that is so much of an angle.
    private const double Tolerance = 2e-3;

    /// <param name="hits">Best first.</param>
    /// <param name="vectors">L2-normalised; a hit without one is alone.</param>
    /// <param name="alike">Cosine similarity from which on two are one.</param>
    public static IReadOnlyList<HitGroup> Fold(
        IReadOnlyList<RankedHit> hits, IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>> vectors, double alike)
    {
        var leaders = new List<(RankedHit Hit, double Angle, ReadOnlyMemory<float> Vector, List<RankedHit> Duplicates)>();
        var widest = Angle(alike) + Tolerance;
        var near = 0; // the first leader whose angle to the query is not too small; angles grow along the ranking
        foreach (var hit in hits)
        {
            var angle = Angle(hit.Score);
            var vector = vectors.GetValueOrDefault(hit.Id);
            // An angle between two vectors is at least the difference of their angles to a third.
            while (near < leaders.Count && angle - leaders[near].Angle > widest)
            {
                near++;
            }

            var leader = near;
            while (leader < leaders.Count && !IsAlike(leaders[leader].Vector.Span, vector.Span, alike))
            {
                leader++;
            }

            if (leader < leaders.Count)
            {
                leaders[leader].Duplicates.Add(hit);
            }
            else
            {
                leaders.Add((hit, angle, vector, []));
            }
        }

        return [.. leaders.Select(leader => new HitGroup(leader.Hit, leader.Duplicates))];
    }

    private static bool IsAlike(ReadOnlySpan<float> one, ReadOnlySpan<float> other, double alike) =>
        one.Length > 0 && one.Length == other.Length && TensorPrimitives.Dot(one, other) >= alike;

    private static double Angle(double cosine) => Math.Acos(Math.Clamp(cosine, -1, 1));
}
