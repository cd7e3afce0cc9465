using ImageSearch.Core.Security;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// API keys in MongoDB: <c>keys {_id: id, name, scope, hash, createdAt, usedAt?, revokedAt?}</c>. There are few, so it has no index but its
/// own.
/// </summary>
internal sealed class MongoApiKeyStore(MongoConnection mongo, TimeProvider clock) : IApiKeyStore
{
    private const string Collection = "keys";

    public async Task<ApiKey> AddAsync(
        string id, string name, ApiScope scope, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        // A date has milliseconds: what is returned is what is kept.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var document =
            new BsonDocument { { "_id", id }, { "name", name }, { "scope", (int)scope }, { "hash", hash.ToArray() }, { "createdAt", now } };
        var writes = await mongo.WriteAsync(Collection, [new InsertOneModel<BsonDocument>(document)], cancellationToken);
        return writes.Count == 1
            ? new ApiKey(id, name, scope, hash.ToArray(), now)
            : throw new InvalidOperationException($"There is a key with the id {id} already.");
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await mongo.FindAsync(
            Collection, new BsonDocument("_id", id), new FindOptions<BsonDocument>(), ReadKey, cancellationToken);
        return found is [var key] ? key : null;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) => await mongo.FindAsync(
        Collection, [], new FindOptions<BsonDocument> { Sort = new BsonDocument { { "createdAt", -1 }, { "_id", 1 } } }, ReadKey,
        cancellationToken);

    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var revoked = await UpdateAsync(
            [id], new BsonDocument { { "revokedAt", new BsonDocument("$exists", false) } },
            new BsonDocument { { "$set", new BsonDocument { { "revokedAt", clock.GetUtcNow() } } } }, cancellationToken);
        return revoked == 1 || await FindAsync(id, cancellationToken) is not null;
    }

    public Task TouchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => ids.Count == 0
        ? Task.CompletedTask
        : UpdateAsync(ids, [], new BsonDocument { { "$max", new BsonDocument { { "usedAt", clock.GetUtcNow() } } } }, cancellationToken);

    /// <returns>How many were matched.</returns>
    private async Task<long> UpdateAsync(
        IEnumerable<string> ids, BsonDocument condition, BsonDocument update, CancellationToken cancellationToken)
    {
        UpdateOneModel<BsonDocument>[] updates = [.. ids.Select(
            id => new UpdateOneModel<BsonDocument>(new BsonDocument(condition) { { "_id", id } }, update))];
        return (await mongo.WriteAsync(Collection, updates, cancellationToken)).Count;
    }

    private static ApiKey ReadKey(BsonDocument document) => new(
        document["_id"].AsString, document["name"].AsString, (ApiScope)document["scope"].ToInt32(), document["hash"].AsByteArray,
        document["createdAt"].ToDate(), OptionalDate(document, "usedAt"), OptionalDate(document, "revokedAt"));

    private static DateTimeOffset? OptionalDate(BsonDocument document, string name) =>
        document.TryGetValue(name, out var date) ? date.ToDate() : null;
}
