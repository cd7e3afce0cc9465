namespace ImageSearch.Ingest.ImportJobs;

/// <summary>A source of an import gives no picture, and will not however often it is tried; the message says why, for a person.</summary>
internal sealed class ImportSourceException(string message) : Exception(message);
