using ImageSearch.Core.Blobs;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Search;

/// <summary>The picture of one search: read when a model first needs its bytes, and once only, however many models are tried.</summary>
internal sealed class QueryPicture(QuerySource source, Func<QuerySource, Task<ReadOnlyMemory<byte>>> read)
{
    private readonly Lazy<Task<ReadOnlyMemory<byte>>> _content = new(() => read(source));

    public QuerySource Source => source;

    public Task<ReadOnlyMemory<byte>> ReadAsync() => _content.Value;

    /// <summary>Reads it now if someone else serves it: who may be slow, and that is nothing to keep a place for.</summary>
    public Task FetchAsync() => source is QuerySource.Url ? ReadAsync() : Task.CompletedTask;

    /// <summary>Another picture that the same search needs.</summary>
    public QueryPicture Beside(QuerySource other) => new(other, read);
}

/// <summary>Reads the bytes of the picture that is searched by, wherever they are.</summary>
internal sealed class QueryPictureReader(IImageStore store, IBlobStore blobs, IngestClient ingest)
{
    /// <exception cref="ProblemException">The picture is unknown, or cannot be fetched.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(QuerySource source, CancellationToken cancellationToken) => source switch
    {
        QuerySource.Upload upload => upload.Content,
        QuerySource.Url url => await ingest.FetchAsync(url.Address, cancellationToken),
        QuerySource.Stored stored => await ReadAsync(stored.Id, cancellationToken),
        _ => throw new InvalidOperationException($"No way to read a {source.GetType().Name}."),
    };

    private async Task<ReadOnlyMemory<byte>> ReadAsync(ImageId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is not null
            && await blobs.GetAsync(BlobKeys.Image(id), cancellationToken) is { } content
            ? content
            : throw Problem.UnknownImage(id);
}
