
namespace ImageSearch.Web.Search;

/// <summary>What all shards found for one vector, as one ranking.</summary>
/// <param name="Hits">Best first; ties by id.</param>
/// <param name="SettledAbove">Above this score nothing is missing; minus infinity when nothing is missing at all.</param>
internal sealed record Ranking(IReadOnlyList<RankedHit> Hits, double SettledAbove)
{
    /// <summary>More than rounding to six decimals, and float32, take away from a score: so much less is asked of shards than of results.</summary>
    public const double Rounding = 1e-6;

    /// <param name="lists">What each shard found, best first.</param>
    /// <param name="depth">Hits that each was asked for.</param>
    /// <param name="excluded">Pictures that are left out.</param>
    /// <param name="minScore">Lowest score, as scores are shown: what is shown with the score that was asked for is a result.</param>
    public static Ranking Of(IReadOnlyList<IReadOnlyList<ShardHit>> lists, int depth, IReadOnlySet<ImageId> excluded, double? minScore = null)
    {
        var lowest = minScore ?? double.NegativeInfinity;
        var hits = HitMerger.Merge(lists, int.MaxValue);
        // What a shard has beyond its list has at most the score of the list's end, and after rounding may tie with it.
        var ends = lists.Where(list => list.Count >= depth).Select(list => HitMerger.Round(list[^1].Score)).Where(end => end >= lowest);
        return new Ranking(
            [.. hits.Where(hit => hit.Score >= lowest && !excluded.Contains(hit.Id))], ends.DefaultIfEmpty(double.NegativeInfinity).Max());
    }
}
