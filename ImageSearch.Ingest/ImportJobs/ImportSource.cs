using ImageSearch.Ingest.Intake;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>One source of an import.</summary>
/// <param name="Name">As it is shown: a URL, or a path relative to the root.</param>
/// <param name="Path">Below the folder of the import, as it is on disk; null for a URL.</param>
/// <param name="ReadAsync">Gives its bytes, or throws <see cref="ImportSourceException"/> or <see cref="Fetching.FetchException"/>.</param>
internal sealed record ImportSource(string Name, string? Path, Func<CancellationToken, Task<FileBuffer>> ReadAsync);
