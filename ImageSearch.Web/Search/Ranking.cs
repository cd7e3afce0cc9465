namespace ImageSearch.Web.Search;

/// <summary>What all shards found for one vector, as one ranking.</summary>
/// <param name="Hits">Best first; ties by id.</param>
/// <param name="SettledAbove">Above this score nothing is missing; minus infinity when nothing is missing at all.</param>
internal sealed record Ranking(IReadOnlyList<RankedHit> Hits, double SettledAbove)
{
    /// <summary>
    /// More than rounding to six decimals, and float32, take away from a score: so much less is asked of shards than of results.
    /// </summary>
    public const double Rounding = 1e-6;

    /// <param name="lists">What each shard found, best first.</param>
    /// <param name="depth">Hits that each was asked for.</param>
    /// <param name="excluded">Pictures that are left out.</param>
    /// <param name="minScore">Lowest score, as scores are shown: what is shown with the score that was asked for is a result.</param>
    public static Ranking Of(
        IReadOnlyList<IReadOnlyList<ShardHit>> lists, int depth, IReadOnlySet<ImageId> excluded, double? minScore = null)
    {
        var lowest = minScore ?? double.NegativeInfinity;
        var hits = HitMerger.Merge(lists, int.MaxValue);
        // What a shard has beyond its list has at most the score of the list's end, and after rounding may tie with it.
        var ends = lists.Where(list => list.Count >= depth).Select(list => HitMerger.Round(list[^1].Score)).Where(end => end >= lowest);
        return new Ranking(
            [.. hits.Where(hit => hit.Score >= lowest && !excluded.Contains(hit.Id))], ends.DefaultIfEmpty(double.NegativeInfinity).Max());
    }
}

/// <summary>A picture of the merged ranking; the score has six decimals.</summary>
internal readonly record struct RankedHit(ImageId Id, double Score);

/// <summary>A place in a ranking: that of a hit, whether it is still there or not.</summary>
internal readonly record struct RankPosition(double Score, ImageId Id)
{
    public static RankPosition Of(in RankedHit hit) => new(hit.Score, hit.Id);

    /// <summary>Whether a hit comes after it: by score, ties by id.</summary>
    public bool IsBefore(in RankedHit hit) => hit.Score < Score || (hit.Score == Score && hit.Id.CompareTo(Id) > 0);
}

/// <summary>A hit with those that are folded into it.</summary>
/// <param name="Leader">The best of them.</param>
/// <param name="Duplicates">The others, best first.</param>
internal sealed record HitGroup(RankedHit Leader, IReadOnlyList<RankedHit> Duplicates);

/// <summary>A part of a ranking, and whether there is more after it.</summary>
internal sealed record RankPage(IReadOnlyList<HitGroup> Groups, bool HasMore)
{
    /// <summary>Cuts the part that is asked for out of what was found.</summary>
    /// <param name="groups">In their order, from the first place on.</param>
    /// <param name="settledAbove">
    /// Hits with this score or a lower one may come before some that were not found, because a shard had more than it was asked for.
    /// </param>
    /// <param name="isDeepest">Whether there is no looking deeper, so that the part is made of what there is.</param>
    /// <returns>Null when it takes a deeper look to tell.</returns>
    public static RankPage? Cut(IReadOnlyList<HitGroup> groups, PageRequest request, double settledAbove, bool isDeepest)
    {
        var rest = request.After is { } after ? [.. groups.SkipWhile(group => !after.IsBefore(group.Leader))] : groups;
        if (settledAbove > double.NegativeInfinity && !isDeepest)
        {
            var isSettled = rest.Count > request.K && rest[request.K - 1].Leader.Score > settledAbove;
            if (!isSettled)
            {
                return null;
            }
        }

        return new RankPage([.. rest.Take(request.K)], rest.Count > request.K);
    }
}

/// <summary>Merges what shards found into one ranking.</summary>
internal static class HitMerger
{
    /// <summary>
    /// The best <paramref name="k"/> of all lists by score, ties by id. Scores are rounded first, so that what a client sees as a tie is
    /// ordered as one. A picture that two shards hold (while the number of shards changes) counts once, with its better score.
    /// </summary>
    public static IReadOnlyList<RankedHit> Merge(IEnumerable<IReadOnlyList<ShardHit>> lists, int k) =>
    [
        .. lists.SelectMany(list => list)
            .GroupBy(hit => hit.Id, (id, hits) => new RankedHit(id, Round(hits.Max(hit => hit.Score))))
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.Id)
            .Take(k),
    ];

    /// <summary>As scores are shown and compared.</summary>
    public static double Round(float score) => Math.Round(score, 6, MidpointRounding.AwayFromZero);
}
