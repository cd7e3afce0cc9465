namespace ImageSearch.Web.Search;

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
