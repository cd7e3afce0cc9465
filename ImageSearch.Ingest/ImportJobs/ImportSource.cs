using ImageSearch.Ingest.Intake;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>One source of an import.</summary>
/// <param name="Name">As it is shown: a URL, or a path relative to the root.</param>
/// <param name="Path">Below the folder of the import, as it is on disk; null for a URL.</param>
/// <param name="ReadAsync">Gives its bytes, or throws <see cref="ImportSourceException"/> or <see cref="Fetching.FetchException"/>.</param>
internal sealed record ImportSource(string Name, string? Path, Func<CancellationToken, Task<FileBuffer>> ReadAsync);

/// <summary>A source of an import gives no picture, and will not however often it is tried; the message says why, for a person.</summary>
internal sealed class ImportSourceException(string message) : Exception(message);

/// <summary>What became of one source.</summary>
internal sealed record SourceOutcome(string Source, UploadState State, string? Reason = null);

/// <summary>Something found in a folder.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Problem">Why it cannot be imported; null for a file to try.</param>
/// <param name="IsFolder">To be looked into.</param>
internal readonly record struct FolderEntry(string Path, string? Problem = null, bool IsFolder = false);

/// <summary>A folder that may be imported, both as real paths.</summary>
/// <param name="Root">The configured root that it lies below: sources are named relative to it.</param>
internal sealed record AllowedFolder(string Path, string Root);
