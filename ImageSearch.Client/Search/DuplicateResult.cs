namespace ImageSearch.Client.Search;

/// <summary>A near-duplicate of a result.</summary>
public sealed record DuplicateResult(string Id, double Score, string Source, string Thumbnail);
