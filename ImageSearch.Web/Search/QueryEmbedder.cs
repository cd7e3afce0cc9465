using System.Runtime.InteropServices;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Search;

/// <summary>Turns the picture of a query into a vector, by the shortest way that there is.</summary>
internal sealed class QueryEmbedder(IImageStore store, ExtractorClient extractor)
{
    /// <exception cref="ProblemException">The picture is unknown, refused, or cannot be embedded now.</exception>
    public async Task<Embedding> EmbedAsync(QueryPicture picture, ModelRoute model, CropRectangle? crop, CancellationToken cancellationToken)
    {
        // A part of a picture has no stored vector.
        if (picture.StoredId is { } id && crop is null && await store.FindVectorAsync(model.Key, id, cancellationToken) is { } known)
        {
            return new Embedding(MemoryMarshal.AsBytes(known.Vector.Span).ToArray(), new EmbedTimes(0, 0));
        }

        var answer = await extractor.EmbedAsync(model, await picture.ReadAsync(), crop, cancellationToken);
        return new Embedding(answer.Vector, answer.TookMs);
    }
}
