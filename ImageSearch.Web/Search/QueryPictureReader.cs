using ImageSearch.Core.Blobs;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Search;

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
        await store.FindAsync(id, cancellationToken) is not null && await blobs.GetAsync(BlobKeys.Image(id), cancellationToken) is { } content
            ? content
            : throw Problem.UnknownImage(id);
}
