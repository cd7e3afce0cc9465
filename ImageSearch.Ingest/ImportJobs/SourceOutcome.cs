namespace ImageSearch.Ingest.ImportJobs;

/// <summary>What became of one source.</summary>
internal sealed record SourceOutcome(string Source, UploadState State, string? Reason = null);
