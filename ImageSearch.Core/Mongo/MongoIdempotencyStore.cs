using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Keys in MongoDB, by the server's clock. A document without an answer is in work; one that has expired is as good as none, and goes when others come.</summary>
internal sealed class MongoIdempotencyStore(MongoClient client, MongoSchema schema, TimeProvider clock) : IIdempotencyStore
{
    public async Task<IdempotencyClaim> ClaimAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        // One that is there and has not expired is no match, and its key a duplicate.
        var claim = new BsonDocument
        {
            { "q", new BsonDocument { { "_id", key }, { "expiresAt", AtMost(now) } } },
            {
                "u", new BsonDocument
                {
                    { "$set", new BsonDocument { { "owner", owner }, { "expiresAt", now + lease } } }, { "$unset", new BsonDocument { { "fingerprint", 1 }, { "answer", 1 } } },
                }
            },
            { "upsert", true },
        };
        if ((await client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Idempotency, [claim], cancellationToken).ConfigureAwait(false)).Count == 1)
        {
            return new IdempotencyClaim(IsMine: true, null);
        }

        var found = await client.FindAsync(
            MongoSchema.Idempotency, new BsonDocument { { "_id", key }, { "answer", new BsonDocument { { "$exists", true } } } }, [],
            document => new IdempotentAnswer(document["fingerprint"u8].ToString(), document["answer"u8].ToString()), cancellationToken).ConfigureAwait(false);
        return new IdempotencyClaim(IsMine: false, found is [var answer] ? answer : null);
    }

    public Task<bool> RenewAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        SetAsync(key, owner, new BsonDocument { { "expiresAt", clock.GetUtcNow() + lease } }, cancellationToken);

    public async Task<bool> CompleteAsync(string key, string owner, IdempotentAnswer answer, TimeSpan keep, CancellationToken cancellationToken)
    {
        var completed = await SetAsync(
            key, owner,
            new BsonDocument { { "expiresAt", clock.GetUtcNow() + keep }, { "fingerprint", answer.Fingerprint }, { "answer", answer.Body } },
            cancellationToken).ConfigureAwait(false);
        await DeleteAsync(new BsonDocument { { "expiresAt", AtMost(clock.GetUtcNow()) } }, cancellationToken).ConfigureAwait(false);
        return completed;
    }

    public Task ReleaseAsync(string key, string owner, CancellationToken cancellationToken) => DeleteAsync(InWork(key, owner), cancellationToken);

    private async Task<bool> SetAsync(string key, string owner, BsonDocument fields, CancellationToken cancellationToken)
    {
        var update = new BsonDocument { { "q", InWork(key, owner) }, { "u", new BsonDocument { { "$set", fields } } } };
        return (await client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Idempotency, [update], cancellationToken).ConfigureAwait(false)).Count == 1;
    }

    private Task<MongoWrites> DeleteAsync(BsonDocument filter, CancellationToken cancellationToken) => client.WriteManyAsync(
        MongoWriteKind.Delete, MongoSchema.Idempotency, [new BsonDocument { { "q", filter }, { "limit", 0 } }], cancellationToken);

    private static BsonDocument InWork(string key, string owner) =>
        new() { { "_id", key }, { "owner", owner }, { "answer", new BsonDocument { { "$exists", false } } } };

    private static BsonDocument AtMost(DateTimeOffset time) => new() { { "$lte", time } };
}
