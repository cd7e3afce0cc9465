namespace ImageSearch.Core.Imports;

/// <summary>A source that could not be imported, and why, in words for a person.</summary>
public sealed record ImportProblem(string Source, string Reason);
