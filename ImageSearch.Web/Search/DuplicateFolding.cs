using System.Numerics.Tensors;

namespace ImageSearch.Web.Search;

/// <summary>
/// Folds copies of a picture into the best of them: every hit joins one before it that leads a group and is a copy, or leads one itself. So
/// a longer ranking has the same groups, and maybe more of them: pages fit together.
/// </summary>
internal static class DuplicateFolding
{
    /// <summary>An earlier hit, by its place, and how alike it is.</summary>
    internal readonly record struct Neighbour(int Place, float Cosine);

    /// <summary>For each hit, those before it that are alike enough to be copies.</summary>
    /// <param name="hits">Best first.</param>
    /// <param name="vectors">L2-normalised; a hit without one has no neighbours.</param>
    /// <param name="least">Cosine similarity from which on two may be copies.</param>
    public static IReadOnlyList<IReadOnlyList<Neighbour>> Neighbours(
        IReadOnlyList<RankedHit> hits, IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>> vectors, double least)
    {
        ReadOnlyMemory<float>[] inOrder = [.. hits.Select(hit => vectors.GetValueOrDefault(hit.Id))];
        var all = new IReadOnlyList<Neighbour>[inOrder.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var neighbours = new List<Neighbour>();
            var vector = inOrder[i].Span;
            for (var place = 0; place < i && vector.Length > 0; place++)
            {
                if (inOrder[place].Length == vector.Length && TensorPrimitives.Dot(inOrder[place].Span, vector) is var cosine
                    && cosine >= least)
                {
                    neighbours.Add(new Neighbour(place, cosine));
                }
            }

            all[i] = neighbours;
        }

        return all;
    }

    /// <param name="neighbours">Of each hit.</param>
    /// <param name="isCopy">Whether two pictures with a cosine are copies.</param>
    public static IReadOnlyList<HitGroup> Fold(
        IReadOnlyList<RankedHit> hits, IReadOnlyList<IReadOnlyList<Neighbour>> neighbours, Func<ImageId, ImageId, double, bool> isCopy)
    {
        var groups = new List<(RankedHit Leader, List<RankedHit> Duplicates)>();
        var led = new int?[hits.Count]; // the group that a hit leads
        for (var i = 0; i < hits.Count; i++)
        {
            var hit = hits[i];
            // Its copy nearly always is the most alike of them. Among pictures of one subject all are, and to compare with four took twice
            // as long.
            var nearest = neighbours[i].Where(neighbour => led[neighbour.Place] is not null).Cast<Neighbour?>().MaxBy(
                neighbour => neighbour!.Value.Cosine);
            if (nearest is { } leader && isCopy(hits[leader.Place].Id, hit.Id, leader.Cosine))
            {
                groups[led[leader.Place]!.Value].Duplicates.Add(hit);
            }
            else
            {
                led[i] = groups.Count;
                groups.Add((hit, []));
            }
        }

        return [.. groups.Select(group => new HitGroup(group.Leader, group.Duplicates))];
    }
}
