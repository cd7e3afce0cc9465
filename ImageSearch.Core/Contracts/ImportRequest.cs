namespace ImageSearch.Core.Contracts;

/// <summary>Body of <c>POST /api/v1/imports</c> (web) and <c>POST /imports</c> (ingest): either URLs or a folder.</summary>
public sealed record ImportRequest(IReadOnlyList<string>? Urls, string? Folder, IReadOnlyList<string>? Tags);
