namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Something found in a folder.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Problem">Why it cannot be imported; null for a file to try.</param>
/// <param name="IsFolder">To be looked into.</param>
internal readonly record struct FolderEntry(string Path, string? Problem = null, bool IsFolder = false);
