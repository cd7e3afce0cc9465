using System.Runtime.InteropServices;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Search;

/// <summary>Turns the picture of a query into a vector, by the shortest way that there is.</summary>
internal sealed class QueryEmbedder(IImageStore store, IBlobStore blobs, IngestClient ingest, ExtractorClient extractor)
{
    /// <exception cref="ProblemException">The picture is unknown, refused, or cannot be embedded now.</exception>
    public async Task<Embedding> EmbedAsync(QuerySource source, ModelRoute model, CropRectangle? crop, CancellationToken cancellationToken)
    {
        // A part of a picture has no stored vector.
        if (source is QuerySource.Stored { Id: var id } && crop is null && await store.FindVectorAsync(model.Key, id, cancellationToken) is { } known)
        {
            return new Embedding(MemoryMarshal.AsBytes(known.Vector.Span).ToArray(), new EmbedTimes(0, 0));
        }

        var content = source switch
        {
            QuerySource.Upload upload => upload.Content,
            QuerySource.Url url => await ingest.FetchAsync(url.Address, cancellationToken),
            QuerySource.Stored stored => await ReadAsync(stored.Id, cancellationToken),
            _ => throw new InvalidOperationException($"No way to read a {source.GetType().Name}."),
        };
        var answer = await extractor.EmbedAsync(model, content, crop, cancellationToken);
        return new Embedding(answer.Vector, answer.TookMs);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(ImageId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is not null && await blobs.GetAsync(BlobKeys.Image(id), cancellationToken) is { } content
            ? content
            : throw Problem.UnknownImage(id);
}
