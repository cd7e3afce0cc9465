namespace ImageSearch.Ingest.ImportJobs;

/// <summary>A folder that may be imported, both as real paths.</summary>
/// <param name="Root">The configured root that it lies below: sources are named relative to it.</param>
internal sealed record AllowedFolder(string Path, string Root);
