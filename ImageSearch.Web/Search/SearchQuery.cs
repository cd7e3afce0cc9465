namespace ImageSearch.Web.Search;

/// <summary>A search, read and checked.</summary>
internal sealed record SearchQuery(QuerySource Source, SearchParameters Parameters);
