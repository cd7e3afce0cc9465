namespace ImageSearch.Client.Search;

/// <summary>A picture that a search found.</summary>
/// <param name="Score">Cosine similarity, -1..1.</param>
/// <param name="Source">Where the picture came from: a file name or a URL. Data to show, never a path.</param>
/// <param name="Thumbnail">Address of a small version, relative to the server.</param>
/// <param name="Relevance">0..1: how far the score is above what unrelated pictures of this collection have.</param>
/// <param name="Match">What that amounts to.</param>
/// <param name="Labels">What the model calls it, best first; null when it has no labels.</param>
/// <param name="Duplicates">Near-duplicates that this one stands for, at most 20; null unless they were asked to be folded.</param>
/// <param name="DuplicateCount">How many there are.</param>
public sealed record SearchResult(
    string Id,
    double Score,
    string Source,
    IReadOnlyList<string> Tags,
    string Thumbnail,
    double? Relevance = null,
    MatchKind? Match = null,
    IReadOnlyList<Label>? Labels = null,
    IReadOnlyList<DuplicateResult>? Duplicates = null,
    int? DuplicateCount = null);
