using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>The picture of one search: read when a model first needs its bytes, and once only, however many models are tried.</summary>
internal sealed class QueryPicture(QuerySource source, Func<QuerySource, Task<ReadOnlyMemory<byte>>> read)
{
    private readonly Lazy<Task<ReadOnlyMemory<byte>>> _content = new(() => read(source));

    /// <summary>Its id when it is a picture of the collection, which has vectors already.</summary>
    public ImageId? StoredId => source is QuerySource.Stored stored ? stored.Id : null;

    public Task<ReadOnlyMemory<byte>> ReadAsync() => _content.Value;
}
