namespace ImageSearch.Client.Imports;

/// <summary>The last imports, newest first.</summary>
public sealed record ImportList(IReadOnlyList<ImportStatus> Imports);
