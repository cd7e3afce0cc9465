using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>The indexes of the ledger, created before its first use; creating one that is there costs nothing.</summary>
internal sealed class MongoWorkIndexes(MongoClient client)
{
    private volatile bool _there;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_there)
        {
            return;
        }

        BsonArray indexes = [];
        // Counting, and what waits longest.
        indexes.Add(Index("model_state_published", new BsonDocument { { "model", 1 }, { "state", 1 }, { "published", 1 } }));
        // What may be taken without a message: few of many, so the others are not in it.
        indexes.Add(Index("model_pull_published", new BsonDocument { { "model", 1 }, { "pull", 1 }, { "published", 1 } })
            .Add("partialFilterExpression", new BsonDocument { { "pull", new BsonDocument { { "$exists", true } } } }));
        indexes.Add(Index("image", new BsonDocument { { "image", 1 } }));
        await client.WriteAsync(new BsonDocument(1024) { { "createIndexes", MongoWorkLedger.Collection }, { "indexes", indexes } }, cancellationToken).ConfigureAwait(false);
        _there = true;
    }

    private static BsonDocument Index(string name, BsonDocument key) => new() { { "key", key }, { "name", name } };
}
