
namespace ImageSearch.Web.Search;

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
    public sealed record Examples(string? Text, Upload? File, IReadOnlyList<ImageId> Positive, IReadOnlyList<ImageId> Negative) : QuerySource;

    /// <summary>An earlier search, from where its results ended.</summary>
    public sealed record Continued(SearchCursor Cursor) : QuerySource;
}
