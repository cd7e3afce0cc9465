using System.Runtime.InteropServices;
using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Search;

/// <summary>Turns what is searched by into a vector, by the shortest way that there is.</summary>
internal sealed class QueryEmbedder(IImageStore store, ExtractorClient extractor)
{
    private static readonly EmbedTimes NoTime = new(0, 0);

    /// <exception cref="ProblemException">The picture is unknown, refused, or cannot be embedded now.</exception>
    public Task<Embedding> EmbedAsync(QueryPicture picture, ModelRoute model, CropRectangle? crop, CancellationToken cancellationToken) => picture.Source switch
    {
        // A part of a picture has no stored vector.
        QuerySource.Stored stored when crop is null => FindAsync(picture, stored.Id, model, cancellationToken),
        QuerySource.Examples examples => EmbedAsync(picture, examples, model, crop, cancellationToken),
        QuerySource.Continued continued => FindAsync(continued.Cursor, model, cancellationToken),
        _ => EmbedBytesAsync(picture, model, crop, cancellationToken),
    };

    private async Task<Embedding> FindAsync(QueryPicture picture, ImageId id, ModelRoute model, CancellationToken cancellationToken) =>
        await store.FindVectorAsync(model.Key, id, cancellationToken) is { } known
            ? OfStored(known)
            : await EmbedBytesAsync(picture, model, null, cancellationToken);

    private async Task<Embedding> FindAsync(SearchCursor cursor, ModelRoute model, CancellationToken cancellationToken)
    {
        if (cursor.Vector is { } vector)
        {
            return vector.Length == model.Dimension * sizeof(float) ? new Embedding(vector, NoTime, cursor.Picture, PictureFingerprint.Read(cursor.Fingerprint)) : throw Problem.CursorExpired();
        }

        return await store.FindVectorAsync(model.Key, cursor.Picture!.Value, cancellationToken) is { } known
            ? OfStored(known)
            : throw Problem.CursorExpired();
    }

    private static Embedding OfStored(ImageVector known) =>
        new(MemoryMarshal.AsBytes(known.Vector.Span).ToArray(), NoTime, known.Id, PictureFingerprint.Read(known.Fingerprint.Span), IsStored: true)
        {
            Labels = known.Labels.Count > 0 ? known.Labels : null,
        };

    private async Task<Embedding> EmbedBytesAsync(QueryPicture picture, ModelRoute model, CropRectangle? crop, CancellationToken cancellationToken)
    {
        var content = await picture.ReadAsync();
        var answer = await extractor.EmbedAsync(model, content, crop, cancellationToken);
        var id = picture.Source is QuerySource.Stored stored ? stored.Id : ImageId.Of(content.Span);
        return new Embedding(answer.Vector, answer.TookMs, id, PictureFingerprint.Read(answer.Fingerprint)) { Labels = answer.Labels };
    }

    private async Task<Embedding> EmbedAsync(
        QueryPicture picture, QuerySource.Examples examples, ModelRoute model, CropRectangle? crop, CancellationToken cancellationToken)
    {
        var known = await store.FindVectorsAsync(model.Key, [.. examples.Positive, .. examples.Negative], cancellationToken);
        var file = examples.File is { } upload ? EmbedBytesAsync(picture.Beside(upload), model, crop, cancellationToken) : null;
        var text = examples.Text is { } words ? EmbedTextAsync(words) : null;
        var positive = await Task.WhenAll([.. examples.Positive.Select(FindAsync), .. new[] { file, text }.OfType<Task<Embedding>>()]);
        var negative = await Task.WhenAll(examples.Negative.Select(FindAsync));
        var times = positive.Concat(negative).Select(embedding => embedding.TookMs);
        return new Embedding(
            ExampleVectors.Combine([.. positive.Select(Floats)], [.. negative.Select(Floats)]) ?? throw Problem.ExamplesCancelOut(),
            times.Aggregate((sum, next) => new EmbedTimes(sum.Decode + next.Decode, sum.Embed + next.Embed)));

        async Task<Embedding> EmbedTextAsync(string words)
        {
            var answer = await extractor.EmbedTextAsync(model, words, cancellationToken);
            return new Embedding(answer.Vector, answer.TookMs);
        }

        Task<Embedding> FindAsync(ImageId id) => known.TryGetValue(id, out var vector)
            ? Task.FromResult(new Embedding(MemoryMarshal.AsBytes(vector.Span).ToArray(), NoTime))
            : EmbedBytesAsync(picture.Beside(new QuerySource.Stored(id)), model, null, cancellationToken);

        static float[] Floats(Embedding embedding) => MemoryMarshal.Cast<byte, float>(embedding.Vector).ToArray();
    }
}

/// <summary>A query's vector (float32 little-endian) and what it took to get it.</summary>
/// <param name="Picture">The picture whose vector it is; null when it is that of several.</param>
/// <param name="Fingerprint">Of that picture, or the part of it that is searched by; null when it has none, or there are several.</param>
/// <param name="IsStored">Whether the vector is the one that the store has of the picture.</param>
internal sealed record Embedding(byte[] Vector, EmbedTimes TookMs, ImageId? Picture = null, PictureFingerprint? Fingerprint = null, bool IsStored = false)
{
    /// <summary>What the model calls the picture, best first; null where it says nothing.</summary>
    public IReadOnlyList<Label>? Labels { get; init; }
}
