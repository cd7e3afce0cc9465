
namespace ImageSearch.Web.Search;

/// <summary>A search, read and checked.</summary>
internal sealed record SearchQuery(QuerySource Source, SearchParameters Parameters)
{
    /// <summary>Pictures that are no results. Default: none.</summary>
    public IReadOnlyList<ImageId> Excluded { get; init; } = [];

    /// <summary>Whether words are part of it, which not every model knows.</summary>
    public bool HasText => Source is QuerySource.Examples { Text: not null };

    /// <summary>Where it goes on; null when it begins.</summary>
    public SearchCursor? Cursor => (Source as QuerySource.Continued)?.Cursor;
}
