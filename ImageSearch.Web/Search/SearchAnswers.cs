using ImageSearch.Core.Models;
using ImageSearch.Web.Images;
using ImageSearch.Web.Relevance;

namespace ImageSearch.Web.Search;

/// <summary>Makes the answer of what was found.</summary>
internal static class SearchAnswers
{
    /// <summary>Duplicates of one result that are named; the others are counted.</summary>
    public const int MostDuplicates = 20;

    /// <returns>The pictures whose records an answer tells of.</returns>
    public static IEnumerable<ImageId> Pictures(FoundPage found) =>
        found.Page.Groups.SelectMany(group => group.Duplicates.Take(MostDuplicates).Prepend(group.Leader)).Select(hit => hit.Id);

    /// <param name="pictures">Of those that are known; others are left out.</param>
    /// <param name="isDescribed">Whether the records could be read.</param>
    public static SearchResponse Create(
        ModelRoute model,
        SearchQuery query,
        Embedding embedding,
        Calibration? calibration,
        FoundPage found,
        IReadOnlyDictionary<ImageId, PictureDescription> pictures,
        bool isDescribed,
        int maximumDepth,
        SearchTimes times)
    {
        var results = found.Page.Groups
            .Where(group => pictures.ContainsKey(group.Leader.Id))
            .Select(group => ToResult(group, pictures, embedding.Picture, found.Copies, calibration))
            .ToList();
        var below = results.Count(result => result.Match == MatchKind.Unrelated);
        if (query.Parameters.Relevant)
        {
            results.RemoveAll(result => result.Match == MatchKind.Unrelated);
        }

        // Scores only fall: what comes after one that is below the cut-off is, too.
        var cursor = query.Parameters.Relevant && below > 0 ? null : Next(model, query, embedding, calibration, found.Page, maximumDepth);
        var isGiven = query.Parameters.Next || cursor is null or { Length: <= SearchCursorText.LongestUnasked };
        return new SearchResponse(
            model.Name,
            model.Version,
            results,
            found.Answers.Any(answer => answer.Response is null),
            isDescribed ? null : true,
            [.. found.Answers.Select(answer => answer.ToReport())],
            times)
        {
            Labels = embedding.Labels,
            CutOff = calibration?.ToCutOff(),
            BelowCutOff = below,
            Next = isGiven ? cursor : null,
            More = isGiven ? null : true,
        };
    }

    private static string? Next(
        ModelRoute model, SearchQuery query, Embedding embedding, Calibration? calibration, RankPage page, int maximumDepth)
    {
        var given = (query.Cursor?.Given ?? 0) + page.Groups.Count;
        return page.HasMore && given < maximumDepth
            ? SearchCursorText.Write(new SearchCursor(
                model.Key,
                query.Parameters,
                embedding.Picture,
                embedding.IsStored ? null : embedding.Vector,
                query.Excluded,
                calibration,
                RankPosition.Of(page.Groups[^1].Leader),
                given)
            {
                // Kilobytes, like most vectors: for those who ask.
                Fingerprint = embedding.IsStored || !query.Parameters.Next ? null : embedding.Fingerprint?.ToBytes(),
            })
            : null;
    }

    private static SearchResult ToResult(
        HitGroup group, IReadOnlyDictionary<ImageId, PictureDescription> pictures, ImageId? queried, IReadOnlySet<ImageId> copies,
        Calibration? calibration)
    {
        var (hit, picture) = (group.Leader, pictures[group.Leader.Id]);
        var duplicates = group.Duplicates.Take(MostDuplicates)
            .Where(duplicate => pictures.ContainsKey(duplicate.Id))
            .Select(duplicate => new DuplicateResult(
                duplicate.Id, duplicate.Score, pictures[duplicate.Id].Source, ImageLinks.Thumbnail(duplicate.Id)))
            .ToList();
        return new SearchResult(hit.Id, hit.Score, picture.Source, picture.Tags, picture.Labels, ImageLinks.Thumbnail(hit.Id))
        {
            Relevance = calibration?.RelevanceOf(hit.Score),
            Match = hit.Id == queried ? MatchKind.Exact : copies.Contains(hit.Id) ? MatchKind.Same : calibration?.MatchOf(hit.Score),
            Duplicates = duplicates.Count == 0 ? null : duplicates,
            // Those that were deleted a moment ago are known of the ones that are named only.
            DuplicateCount = duplicates.Count == 0 ? null : duplicates.Count + Math.Max(0, group.Duplicates.Count - MostDuplicates),
        };
    }
}
