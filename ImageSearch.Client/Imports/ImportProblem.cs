namespace ImageSearch.Client.Imports;

/// <summary>A source that could not be imported, and why.</summary>
public sealed record ImportProblem(string Source, string Reason);
