using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Describes indexes and makes those that are missing.</summary>
internal static class MongoIndexes
{
    public static BsonDocument Of(string name, BsonDocument key, bool sparse = false)
    {
        var index = new BsonDocument { { "name", name }, { "key", key } };
        return sparse ? index.Add("sparse", true) : index;
    }

    /// <summary>Of the documents that have a field.</summary>
    public static BsonDocument OfThoseWith(string field, string name, BsonDocument key) =>
        Of(name, key).Add("partialFilterExpression", new BsonDocument { { field, new BsonDocument { { "$exists", true } } } });

    /// <summary>Looks before it creates: creating locks the database, also where there is nothing to do.</summary>
    public static async Task EnsureAsync(MongoClient client, string collection, BsonArray indexes, CancellationToken cancellationToken)
    {
        var present = await ListAsync(client, collection, cancellationToken).ConfigureAwait(false);
        if (!Names(indexes.View).TrueForAll(present.Contains))
        {
            await client.WriteAsync(new BsonDocument(1024) { { "createIndexes", collection }, { "indexes", indexes } }, _ => true, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<string>> ListAsync(MongoClient client, string collection, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReadAsync(
                new BsonDocument { { "listIndexes", collection } }, reply => Names(reply["cursor"u8].ToView()["firstBatch"u8].ToView()), cancellationToken).ConfigureAwait(false);
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
}
