namespace ImageSearch.Client.Search;

/// <summary>Answer of a search.</summary>
/// <param name="Model">Model that answered.</param>
/// <param name="Version">Its version. Scores of different models or versions cannot be compared.</param>
/// <param name="Results">Best first; ties by id.</param>
/// <param name="Partial">Whether a shard did not answer: pictures may be missing.</param>
/// <param name="Shards">What each shard contributed.</param>
/// <param name="TookMs">Where the time went, in milliseconds.</param>
/// <param name="CutOff">Where pictures cease to be related; null while that cannot be estimated.</param>
/// <param name="BelowCutOff">How many of what was found are below it.</param>
/// <param name="Next">Cursor of the following page; null at the end, or when <paramref name="More"/> is true.</param>
/// <param name="Undescribed">True when the records could not be read now: sources, tags and labels may be missing.</param>
/// <param name="More">True when there is a following page whose cursor is long, and <see cref="SearchOptions.Next"/> did not ask for it.</param>
public sealed record SearchResponse(
    string Model,
    string Version,
    IReadOnlyList<SearchResult> Results,
    bool Partial,
    IReadOnlyList<ShardReport> Shards,
    SearchTimes TookMs,
    CutOff? CutOff = null,
    int? BelowCutOff = null,
    string? Next = null,
    bool? Undescribed = null,
    bool? More = null);
