using ImageSearch.Core.Idempotency;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Keys in MongoDB, by the server's clock. A document without an answer is in work; one that has expired is as good as none, and goes when
/// others come. So is one that was claimed in the future, as the clock was set back since: nobody would wait for it to end.
/// </summary>
internal sealed class MongoIdempotencyStore(MongoConnection mongo, MongoSchema schema, TimeProvider clock) : IIdempotencyStore
{
    public async Task<IdempotencyClaim> ClaimAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        var now = clock.GetUtcNow();
        // One that is there and has not expired is no match, and its key a duplicate.
        var claim = new UpdateOneModel<BsonDocument>(
            Ended(
                now,
                new BsonDocument { { "answer", new BsonDocument("$exists", false) }, { "claimedAt", new BsonDocument { { "$gt", now + ServerClock.Tolerance } } } })
                .Add("_id", key),
            new BsonDocument
            {
                { "$set", new BsonDocument { { "owner", owner }, { "claimedAt", now }, { "expiresAt", now + lease } } },
                { "$unset", new BsonDocument { { "fingerprint", 1 }, { "answer", 1 } } },
            })
        { IsUpsert = true };
        if ((await mongo.WriteAsync(MongoSchema.Idempotency, [claim], cancellationToken)).Count == 1)
        {
            return new IdempotencyClaim(IsMine: true, null);
        }

        var found = await mongo.FindAsync(
            MongoSchema.Idempotency, new BsonDocument { { "_id", key }, { "answer", new BsonDocument("$exists", true) } },
            new FindOptions<BsonDocument>(),
            document => new IdempotentAnswer(document["fingerprint"].AsString, document["answer"].AsString), cancellationToken);
        return new IdempotencyClaim(IsMine: false, found is [var answer] ? answer : null);
    }

    public Task<bool> RenewAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return SetAsync(key, owner, new BsonDocument { { "claimedAt", now }, { "expiresAt", now + lease } }, cancellationToken);
    }

    public async Task<bool> CompleteAsync(
        string key, string owner, IdempotentAnswer answer, TimeSpan keep, CancellationToken cancellationToken)
    {
        var completed = await SetAsync(
            key, owner,
            new BsonDocument { { "expiresAt", clock.GetUtcNow() + keep }, { "fingerprint", answer.Fingerprint }, { "answer", answer.Body } },
            cancellationToken);
        await DeleteAsync(Ended(clock.GetUtcNow()), cancellationToken);
        return completed;
    }

    public Task ReleaseAsync(string key, string owner, CancellationToken cancellationToken) =>
        DeleteAsync(InWork(key, owner), cancellationToken);

    private async Task<bool> SetAsync(string key, string owner, BsonDocument fields, CancellationToken cancellationToken)
    {
        var update = new UpdateOneModel<BsonDocument>(InWork(key, owner), new BsonDocument("$set", fields));
        return (await mongo.WriteAsync(MongoSchema.Idempotency, [update], cancellationToken)).Count == 1;
    }

    private Task<MongoWrites> DeleteAsync(BsonDocument filter, CancellationToken cancellationToken) =>
        mongo.WriteAsync(MongoSchema.Idempotency, [new DeleteManyModel<BsonDocument>(filter)], cancellationToken);

    private static BsonDocument InWork(string key, string owner) =>
        new() { { "_id", key }, { "owner", owner }, { "answer", new BsonDocument { { "$exists", false } } } };

    private static BsonDocument Ended(DateTimeOffset now, params BsonDocument[] others) => new(
        "$or",
        new BsonArray
        {
            new BsonDocument("expiresAt", new BsonDocument { { "$lte", now } }),
            new BsonDocument("expiresAt", new BsonDocument { { "$gt", now + IIdempotencyStore.LongestKept } }),
        }.AddRange(others));
}
