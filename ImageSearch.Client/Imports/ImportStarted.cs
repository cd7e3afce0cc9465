namespace ImageSearch.Client.Imports;

/// <summary>Answer of the start of an import.</summary>
public sealed record ImportStarted(string Id);
