namespace ImageSearch.Ingest.Fetching;

/// <summary>Body of <c>POST /fetch</c>.</summary>
public sealed record FetchRequest(string? Url);
