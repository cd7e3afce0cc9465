
namespace ImageSearch.Web.Search;

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
