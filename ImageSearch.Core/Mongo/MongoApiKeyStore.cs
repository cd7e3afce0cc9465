using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Security;

namespace ImageSearch.Core.Mongo;

/// <summary>API keys in MongoDB: <c>keys {_id: id, name, scope, hash, createdAt, usedAt?, revokedAt?}</c>. There are few, so it has no index but its own.</summary>
internal sealed class MongoApiKeyStore(MongoClient client, TimeProvider clock) : IApiKeyStore
{
    private const string Collection = "keys";

    public async Task<ApiKey> AddAsync(string id, string name, ApiScope scope, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        // A date has milliseconds: what is returned is what is kept.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var document = new BsonDocument { { "_id", id }, { "name", name }, { "scope", (int)scope }, { "hash", hash.Span }, { "createdAt", now } };
        var writes = await client.WriteManyAsync(MongoWriteKind.Insert, Collection, [document], cancellationToken).ConfigureAwait(false);
        return writes.Count == 1
            ? new ApiKey(id, name, scope, hash.ToArray(), now)
            : throw new InvalidOperationException($"There is a key with the id {id} already.");
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await client.FindAsync(Collection, new BsonDocument { { "_id", id } }, [], ReadKey, cancellationToken).ConfigureAwait(false);
        return found is [var key] ? key : null;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) => await client.FindAsync(
        Collection, [], new BsonDocument { { "sort", new BsonDocument { { "createdAt", -1 }, { "_id", 1 } } } }, ReadKey, cancellationToken).ConfigureAwait(false);

    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var revoked = await UpdateAsync(
            [id], new BsonDocument { { "revokedAt", new BsonDocument { { "$exists", false } } } },
            new BsonDocument { { "$set", new BsonDocument { { "revokedAt", clock.GetUtcNow() } } } }, cancellationToken).ConfigureAwait(false);
        return revoked == 1 || await FindAsync(id, cancellationToken).ConfigureAwait(false) is not null;
    }

    public Task TouchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => ids.Count == 0
        ? Task.CompletedTask
        : UpdateAsync(ids, [], new BsonDocument { { "$max", new BsonDocument { { "usedAt", clock.GetUtcNow() } } } }, cancellationToken);

    /// <returns>How many were matched.</returns>
    private async Task<long> UpdateAsync(IEnumerable<string> ids, BsonDocument condition, BsonDocument update, CancellationToken cancellationToken)
    {
        BsonDocument[] updates = [.. ids.Select(id => new BsonDocument { { "q", new BsonDocument(condition.Bytes).Add("_id", id) }, { "u", update } })];
        return (await client.WriteManyAsync(MongoWriteKind.Update, Collection, updates, cancellationToken).ConfigureAwait(false)).Count;
    }

    private static ApiKey ReadKey(BsonView document) => new(
        document["_id"u8].ToString(), document["name"u8].ToString(), (ApiScope)document["scope"u8].ToInt32(), document["hash"u8].ToBinary().ToArray(),
        document["createdAt"u8].ToDate(), OptionalDate(document, "usedAt"u8), OptionalDate(document, "revokedAt"u8));

    private static DateTimeOffset? OptionalDate(BsonView document, ReadOnlySpan<byte> name) =>
        document.TryGet(name, out var date) ? date.ToDate() : null;
}
