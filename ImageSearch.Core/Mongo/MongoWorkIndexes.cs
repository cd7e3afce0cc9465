using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>The indexes of the ledger, created before its first use.</summary>
internal sealed class MongoWorkIndexes(MongoClient client)
{
    private volatile bool _there;

    /// <summary>Looks before it creates: creating locks the database, also where there is nothing to do.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_there)
        {
            return;
        }

        (string Name, BsonDocument Index)[] indexes =
        [
            // Counting, and what waits longest.
            Index("model_state_published", new BsonDocument { { "model", 1 }, { "state", 1 }, { "published", 1 } }),
            // What may be taken without a message: few of many, so the others are not in it.
            Index("model_pull_published", new BsonDocument { { "model", 1 }, { "pull", 1 }, { "published", 1 } }, havingField: "pull"),
            Index("image", new BsonDocument { { "image", 1 } }),
        ];
        var present = await ListAsync(cancellationToken).ConfigureAwait(false);
        BsonArray missing = [];
        foreach (var (_, index) in indexes.Where(index => !present.Contains(index.Name)))
        {
            missing.Add(index);
        }

        if (missing.Count > 0)
        {
            await client.WriteAsync(
                new BsonDocument(1024) { { "createIndexes", MongoWorkLedger.Collection }, { "indexes", missing } }, cancellationToken).ConfigureAwait(false);
        }

        _there = true;
    }

    private async Task<List<string>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReadAsync(
                new BsonDocument { { "listIndexes", MongoWorkLedger.Collection } }, reply => Names(reply["cursor"u8].ToView()["firstBatch"u8].ToView()), cancellationToken).ConfigureAwait(false);
        }
        catch (MongoException e) when (e.Code == MongoErrors.NamespaceNotFound)
        {
            return [];
        }
    }

    private static List<string> Names(BsonView indexes)
    {
        var names = new List<string>();
        foreach (var index in indexes)
        {
            names.Add(index.ToView()["name"u8].ToString());
        }

        return names;
    }

    private static (string Name, BsonDocument Index) Index(string name, BsonDocument key, string? havingField = null)
    {
        var index = new BsonDocument { { "name", name }, { "key", key } };
        return (name, havingField is null ? index : index.Add("partialFilterExpression", new BsonDocument { { havingField, new BsonDocument { { "$exists", true } } } }));
    }
}
