using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>What all shards found for one vector, as one ranking.</summary>
/// <param name="Hits">Best first; ties by id.</param>
/// <param name="SettledAbove">Above this score nothing is missing; minus infinity when nothing is missing at all.</param>
internal sealed record Ranking(IReadOnlyList<RankedHit> Hits, double SettledAbove)
{
    /// <param name="lists">What each shard found, best first.</param>
    /// <param name="depth">Hits that each was asked for.</param>
    /// <param name="excluded">Pictures that are left out.</param>
    public static Ranking Of(IReadOnlyList<IReadOnlyList<ShardHit>> lists, int depth, IReadOnlySet<ImageId> excluded)
    {
        var hits = HitMerger.Merge(lists, int.MaxValue);
        // What a shard has beyond its list has at most the score of the list's end, and after rounding may tie with it.
        var ends = lists.Where(list => list.Count >= depth).Select(list => HitMerger.Round(list[^1].Score));
        return new Ranking(
            excluded.Count == 0 ? hits : [.. hits.Where(hit => !excluded.Contains(hit.Id))], ends.DefaultIfEmpty(double.NegativeInfinity).Max());
    }
}
