using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: what became of pictures in models.</summary>
internal sealed partial class MongoImageStore
{
    private const int PendingPage = 1000;

    private static readonly BsonDocument Settled = new("$in", new BsonArray { Indexed, Failed });

    private static readonly BsonDocument WithoutVector = new() { { "vector", 0 }, { "fingerprint", 0 } };

    private static readonly BsonDocument OnlyVector = new("vector", 1);

    private static readonly BsonDocument OnlyFingerprint = new("fingerprint", 1);

    public async Task<IReadOnlyList<Extraction>> FindExtractionsAsync(ImageId id, CancellationToken cancellationToken)
    {
        var extractions = new List<Extraction>();
        foreach (var (model, collection) in await schema.ListAsync(cancellationToken))
        {
            extractions.AddRange(await mongo.FindAsync(
                collection,
                new BsonDocument { { "_id", id }, { "state", Exists } },
                new FindOptions<BsonDocument> { Projection = WithoutVector },
                document => ReadExtraction(document, model),
                cancellationToken));
        }

        return extractions;
    }

    public async Task<IReadOnlyDictionary<ImageId, Extraction>> FindExtractionsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        if (await schema.FindCollectionAsync(model, cancellationToken) is not { } collection)
        {
            return new Dictionary<ImageId, Extraction>();
        }

        var found = await FindInPiecesAsync(
            collection, ids, new BsonDocument("state", Exists), WithoutVector, document => ReadExtraction(document, model),
            cancellationToken);
        return found.ToDictionary(extraction => extraction.Id);
    }

    public async Task<ImageVector?> FindVectorAsync(ModelKey model, ImageId id, CancellationToken cancellationToken)
    {
        if (await schema.FindCollectionAsync(model, cancellationToken) is not { } collection)
        {
            return null;
        }

        var found = await mongo.FindAsync(
            collection, new BsonDocument { { "_id", id }, { "state", Indexed } }, new FindOptions<BsonDocument>(),
            document => new ImageVector(id, document["vector"].ToVector(), document["attempts"].ToInt32(), ReadLabels(document))
            {
                Fingerprint = document.TryGetValue("fingerprint", out var fingerprint)
                    ? fingerprint.AsByteArray
                    : default(ReadOnlyMemory<byte>),
            },
            cancellationToken);
        return found is [var vector] ? vector : null;
    }

    public async Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>>> FindVectorsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        if (await schema.FindCollectionAsync(model, cancellationToken) is not { } collection)
        {
            return new Dictionary<ImageId, ReadOnlyMemory<float>>();
        }

        var found = await FindInPiecesAsync(
            collection, ids, new BsonDocument("state", Indexed), OnlyVector,
            document => (Id: document["_id"].ToId(), Vector: document["vector"].ToVector()), cancellationToken);
        return found.ToDictionary(entry => entry.Id, entry => (ReadOnlyMemory<float>)entry.Vector);
    }

    public async Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<byte>>> FindFingerprintsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        if (await schema.FindCollectionAsync(model, cancellationToken) is not { } collection)
        {
            return new Dictionary<ImageId, ReadOnlyMemory<byte>>();
        }

        var found = await FindInPiecesAsync(
            collection, ids, new BsonDocument { { "state", Indexed }, { "fingerprint", Exists } }, OnlyFingerprint,
            document => (Id: document["_id"].ToId(), Fingerprint: document["fingerprint"].AsByteArray), cancellationToken);
        return found.ToDictionary(entry => entry.Id, entry => (ReadOnlyMemory<byte>)entry.Fingerprint);
    }

    public async Task<IReadOnlyList<ImageId>> ListPendingAsync(
        ModelKey model, ImageId? after, TimeSpan minimumAge, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var collection = await schema.FindCollectionAsync(model, cancellationToken);
        if (await AllSettledAsync(collection, cancellationToken))
        {
            return [];
        }

        var now = await mongo.AskAsync(cancellationToken);
        var pending = new List<ImageId>();
        for (var more = true; more && pending.Count < limit;)
        {
            var filter = new BsonDocument { { "added", Exists }, { "addedAt", new BsonDocument { { "$lte", now - minimumAge } } } };
            filter = after is { } last ? filter.Add("_id", new BsonDocument { { "$gt", last } }) : filter;
            var ids = await mongo.FindAsync(
                MongoSchema.Images,
                filter,
                new FindOptions<BsonDocument> { Sort = IdOnly, Hint = IdOnly, Limit = PendingPage, BatchSize = PendingPage, Projection = IdOnly },
                document => document["_id"].ToId(),
                cancellationToken);
            var settled = await FindByStateAsync(collection, ids, Settled, cancellationToken);
            pending.AddRange(ids.Where(id => !settled.Contains(id)).Take(limit - pending.Count));
            more = ids.Count == PendingPage;
            after = more ? ids[^1] : after;
        }

        return pending;
    }

    /// <summary>Whether every picture is indexed or failed, by counting: the usual answer, without comparing pictures.</summary>
    private async Task<bool> AllSettledAsync(string? collection, CancellationToken cancellationToken)
    {
        var images = await CountAsync(cancellationToken);
        return images == 0 || (collection is not null
            && images == await CountAsync(collection, new BsonDocument("state", Indexed), cancellationToken)
            + await CountAsync(collection, new BsonDocument("state", Failed), cancellationToken));
    }

    /// <returns>Those of the pictures whose extraction in this collection is in the state.</returns>
    private async Task<HashSet<ImageId>> FindByStateAsync(
        string? collection, IReadOnlyCollection<ImageId> ids, BsonDocument state, CancellationToken cancellationToken) =>
        collection is null ? [] : [.. await FindInPiecesAsync(
            collection, ids, new BsonDocument("state", state), IdOnly, document => document["_id"].ToId(), cancellationToken)];

    private static Extraction ReadExtraction(BsonDocument document, ModelKey model) => new(
        document["_id"].ToId(), model,
        document["state"].AsString switch
        {
            Indexed => ImageState.Indexed,
            Failed => ImageState.Failed,
            _ => ImageState.Pending,
        },
        document["attempts"].ToInt32(), document.TryGetValue("reason", out var reason) ? reason.AsString : null, document["at"].ToDate(),
        ReadLabels(document));

    private static List<Label> ReadLabels(BsonDocument document) =>
        [.. document["labels"].AsBsonArray.Select(label => new Label(label["name"].AsString, (float)label["probability"].ToDouble()))];
}
