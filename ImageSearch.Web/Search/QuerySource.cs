using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>Where the picture that is searched by comes from.</summary>
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
}
