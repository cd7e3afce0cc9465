namespace ImageSearch.Web.Search;

/// <summary>A problem as it would be the answer of a search of its own.</summary>
public sealed record BatchProblem(string Type, string Title, int Status, string Detail);
