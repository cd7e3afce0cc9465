namespace ImageSearch.Client.Imports;

/// <summary>Body of the start of an import.</summary>
internal sealed record ImportRequest(IReadOnlyList<string>? Urls, string? Folder, IReadOnlyList<string>? Tags);
