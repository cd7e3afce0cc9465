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

/// <summary>What is searched by: words, or where its picture comes from.</summary>
internal abstract record QuerySource
{
    private QuerySource()
    {
    }

    /// <summary>Sent with the request.</summary>
    public sealed record Upload(ReadOnlyMemory<byte> Content) : QuerySource;

    /// <summary>To be fetched by ingest, which checks addresses and sizes.</summary>
    public sealed record Url(string Address) : QuerySource;

    /// <summary>A picture of the collection.</summary>
    public sealed record Stored(ImageId Id) : QuerySource;

    /// <summary>Words, or several pictures: what is to be alike, and less of what is not to be.</summary>
    /// <param name="Text">Words, to be like. With <paramref name="File"/> and <paramref name="Positive"/> at least one.</param>
    /// <param name="File">Sent with the request, and to be like.</param>
    /// <param name="Positive">Of the collection, and to be like.</param>
    /// <param name="Negative">Of the collection, and not to be like.</param>
    public sealed record Examples(
        string? Text, Upload? File, IReadOnlyList<ImageId> Positive, IReadOnlyList<ImageId> Negative) : QuerySource;

    /// <summary>An earlier search, from where its results ended.</summary>
    public sealed record Continued(SearchCursor Cursor) : QuerySource;
}

/// <summary>What a search asks for besides its picture.</summary>
/// <param name="K">Results at most.</param>
/// <param name="Model">Name of the model; null lets the weights choose.</param>
/// <param name="MinScore">Lowest score of a result, -1..1.</param>
/// <param name="Tag">Only pictures with this tag.</param>
/// <param name="Crop">The part of the picture to search by.</param>
/// <param name="Ef">Candidates that an approximate index looks at; null: as many as it thinks right.</param>
/// <param name="Group">Whether pictures that are nearly the same are one result.</param>
/// <param name="Relevant">Whether pictures below the cut-off are left out.</param>
/// <param name="Client">Who searches: where no model is named, the same client gets the same one.</param>
/// <param name="Next">Whether the cursor of what follows is wanted however long it is.</param>
internal sealed record SearchParameters(
    int K,
    string? Model = null,
    double? MinScore = null,
    string? Tag = null,
    CropRectangle? Crop = null,
    int? Ef = null,
    bool Group = false,
    bool Relevant = false,
    string? Client = null,
    bool Next = false);
