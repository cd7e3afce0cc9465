namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Answer of <c>POST /imports</c>.</summary>
public sealed record ImportStarted(string Id);
