using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>The indexes of the ledger, created before its first use.</summary>
internal sealed class MongoWorkIndexes(MongoClient client)
{
    private volatile bool _there;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!_there)
        {
            await MongoIndexes.EnsureAsync(client, MongoWorkLedger.Collection, Indexes, cancellationToken).ConfigureAwait(false);
            _there = true;
        }
    }

    private static BsonArray Indexes =>
    [
        // Counting, and what waits longest.
        MongoIndexes.Of("model_state_published", new BsonDocument { { "model", 1 }, { "state", 1 }, { "published", 1 } }),
        // What may be taken without a message: few of many, so the others are not in it.
        MongoIndexes.OfThoseWith("pull", "model_pull_published", new BsonDocument { { "model", 1 }, { "pull", 1 }, { "published", 1 } }),
        MongoIndexes.Of("image", new BsonDocument { { "image", 1 } }),
    ];
}
