namespace ImageSearch.Web.Imports;

/// <summary>Answer of the start of an import.</summary>
internal sealed record ImportStarted(string Id);
