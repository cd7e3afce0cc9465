using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ImageSearch.Core.Models;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Collections and indexes. They are made before their first use, by whoever comes first, and looked after by
/// <see cref="MongoHousekeeping"/>.
/// <code>
/// images               {_id: id, source, contentType, width, height, bytes, tags, addedAt, added: timestamp}
/// models               {_id: collection, name, version, preparation?}
/// vectors_&lt;model&gt;      {_id: id, bucket, state: pending|indexed|failed, attempts, reason?, labels, at, added, version,
///                       tags?, dim?, vector?, fingerprint?, updatedAt?}; of other versions: vectors_&lt;model&gt;@&lt;version&gt;
/// imports              {_id, …}
/// idempotency          {_id: key, owner, expiresAt, fingerprint?, answer?}
/// </code>
/// </summary>
internal sealed class MongoSchema(MongoConnection mongo)
{
    public const string Images = "images";
    public const string Imports = "imports";
    public const string Idempotency = "idempotency";

    private const string Models = "models";
    private const string VectorsPrefix = "vectors_";

    /// <summary>A namespace (database and collection) has 120 bytes.</summary>
    private const int LongestName = 40;

    private readonly ConcurrentDictionary<ModelKey, string> _collections = new();

    /// <summary>Models that this process writes for: their collections have been seen to have their indexes.</summary>
    private readonly ConcurrentDictionary<ModelKey, bool> _indexed = new();
    private volatile bool _ready;

    /// <summary>Creates the collections and indexes that do not depend on models; costs nothing from the second time on.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (!_ready)
        {
            await CreateAsync(cancellationToken);
            _ready = true;
        }
    }

    /// <summary>Drops the queue that earlier releases kept here: the backfill queues what was open in it.</summary>
    public Task DropWorkAsync(CancellationToken cancellationToken) => mongo.RunAsync(async database =>
    {
        await database.DropCollectionAsync("work", cancellationToken);
        return true;
    });

    /// <summary>Creates whatever is missing of all that this process uses: also after somebody has dropped it under us.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        _ready = true;
        foreach (var (model, collection) in _collections)
        {
            if (await RegisterAsync(collection, model, cancellationToken))
            {
                await MongoIndexes.EnsureAsync(mongo, collection, VectorIndexes, cancellationToken);
            }
            else
            {
                // Dropped, and begun anew by another version.
                _indexed.TryRemove(model, out _);
                _collections.TryRemove(model, out _);
            }
        }
    }

    /// <returns>The collection of a model version; null when nothing has been stored for it yet.</returns>
    public async ValueTask<string?> FindCollectionAsync(ModelKey model, CancellationToken cancellationToken)
    {
        if (_collections.TryGetValue(model, out var known))
        {
            return known;
        }

        var registered = await ListAsync(cancellationToken);
        var collection = registered.Where(entry => entry.Model == model).Select(entry => entry.Collection).FirstOrDefault();
        if (collection is not null)
        {
            _collections[model] = collection;
        }

        return collection;
    }

    /// <summary>The collection of a model version, made when it is new.</summary>
    public async ValueTask<string> EnsureCollectionAsync(ModelKey model, CancellationToken cancellationToken)
    {
        if (_indexed.ContainsKey(model) && _collections.TryGetValue(model, out var known))
        {
            return known;
        }

        await EnsureAsync(cancellationToken);
        // The version that comes first has the plain name; versions come at once only where somebody changes it while extractors run.
        var plain = VectorsPrefix + Escape(model.Name);
        var collection = await RegisterAsync(plain, model, cancellationToken) ? plain : $"{plain}@{Escape(model.Version)}";
        if (collection != plain)
        {
            await RegisterAsync(collection, model, cancellationToken);
        }

        await MongoIndexes.EnsureAsync(mongo, collection, VectorIndexes, cancellationToken);
        _indexed[model] = true;
        return _collections[model] = collection;
    }

    /// <summary><see cref="Core.Store.IImageStore.DeclareAsync"/>.</summary>
    public async Task<string> DeclareAsync(ModelKey model, string preparation, CancellationToken cancellationToken)
    {
        var collection = await EnsureCollectionAsync(model, cancellationToken);
        var hasVectors = await mongo.FindAsync(
            collection, new BsonDocument("state", "indexed"),
            new FindOptions<BsonDocument> { Limit = 1, Projection = new BsonDocument("_id", 1) },
            _ => true, cancellationToken) is [_];
        var condition = new BsonDocument("_id", collection);
        var free = hasVectors ? new BsonDocument(condition) { { "preparation", new BsonDocument("$exists", false) } } : condition;
        var update = new BsonDocument("$set", new BsonDocument("preparation", preparation));
        await mongo.WriteAsync(Models, [new UpdateOneModel<BsonDocument>(free, update)], cancellationToken);
        var held = await mongo.FindAsync(
            Models, condition, new FindOptions<BsonDocument>(), document => document["preparation"].AsString, cancellationToken);
        return held is [var preparationHeld] ? preparationHeld : preparation;
    }

    /// <summary>Every collection of vectors there is, those of other processes' models too.</summary>
    public Task<List<(ModelKey Model, string Collection)>> ListAsync(CancellationToken cancellationToken) => mongo.FindAsync(
        Models, [], new FindOptions<BsonDocument> { Sort = new BsonDocument { { "name", 1 }, { "_id", 1 } } },
        document => (new ModelKey(document["name"].AsString, document["version"].AsString), document["_id"].AsString), cancellationToken);

    /// <returns>False when the collection is another version's.</returns>
    private async Task<bool> RegisterAsync(string collection, ModelKey model, CancellationToken cancellationToken)
    {
        if (await FindOwnerAsync() is [var known])
        {
            return known == model;
        }

        var entry = new BsonDocument { { "_id", collection }, { "name", model.Name }, { "version", model.Version } };
        var writes = await mongo.WriteAsync(Models, [new InsertOneModel<BsonDocument>(entry)], cancellationToken);
        return writes.Count == 1 || (await FindOwnerAsync() is [var other] && other == model);

        Task<List<ModelKey>> FindOwnerAsync() => mongo.FindAsync(
            Models, new BsonDocument("_id", collection), new FindOptions<BsonDocument>(),
            document => new ModelKey(document["name"].AsString, document["version"].AsString), cancellationToken);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await MongoIndexes.EnsureAsync(mongo, Images, ImageIndexes, cancellationToken);
        await MongoIndexes.EnsureAsync(mongo, Imports, ImportIndexes, cancellationToken);
        await MongoIndexes.EnsureAsync(mongo, Idempotency, IdempotencyIndexes, cancellationToken);
    }

    /// <summary>Newest first, and by tag.</summary>
    private static CreateIndexModel<BsonDocument>[] ImageIndexes =>
    [
        MongoIndexes.Of("added", new BsonDocument("added", 1), sparse: true),
        MongoIndexes.Of("tags", new BsonDocument { { "tags", 1 }, { "added", 1 } }),
    ];

    /// <summary>
    /// Vectors are loaded in the order in which they were written, which is how they lie on disk; those of other shards are left out
    /// without being fetched.
    /// </summary>
    private static CreateIndexModel<BsonDocument>[] VectorIndexes =>
    [
        MongoIndexes.Of("feed", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 }, { "bucket", 1 } }),
        MongoIndexes.Of("state", new BsonDocument { { "state", 1 }, { "added", 1 } }, sparse: true),
        MongoIndexes.OfThoseWith("reason", "failures", new BsonDocument { { "at", -1 }, { "_id", -1 }, { "reason", 1 } }),
    ];

    private static CreateIndexModel<BsonDocument>[] ImportIndexes =>
    [
        MongoIndexes.Of("open", new BsonDocument { { "done", 1 }, { "added", 1 } }),
        MongoIndexes.Of("added", new BsonDocument("added", -1)),
    ];

    private static CreateIndexModel<BsonDocument>[] IdempotencyIndexes => [MongoIndexes.Of("expired", new BsonDocument("expiresAt", 1))];

    /// <summary>A name of letters, digits, <c>.-_</c> and <c>%</c> for what else there is; a long one ends in its hash.</summary>
    private static string Escape(string name)
    {
        var escaped = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(name))
        {
            _ = char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'.' or (byte)'-' or (byte)'_'
                ? escaped.Append((char)unit)
                : escaped.Append('%').Append(Convert.ToHexString([unit]));
        }

        return escaped.Length <= LongestName
            ? escaped.ToString()
            : $"{escaped.ToString(0, LongestName / 2)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..(LongestName / 2)]}";
    }
}
