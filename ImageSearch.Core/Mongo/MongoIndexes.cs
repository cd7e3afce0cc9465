using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>Describes indexes and makes those that are missing.</summary>
internal static class MongoIndexes
{
    public static CreateIndexModel<BsonDocument> Of(string name, BsonDocument key, bool? sparse = null) =>
        new(key, new CreateIndexOptions<BsonDocument> { Name = name, Sparse = sparse });

    /// <summary>Of the documents that have a field.</summary>
    public static CreateIndexModel<BsonDocument> OfThoseWith(string field, string name, BsonDocument key) => new(
        key, new CreateIndexOptions<BsonDocument> { Name = name, PartialFilterExpression = new BsonDocument(field, new BsonDocument("$exists", true)) });

    /// <summary>Looks before it creates: creating locks the database, also where there is nothing to do.</summary>
    public static Task EnsureAsync(
        MongoConnection mongo, string collection, IReadOnlyList<CreateIndexModel<BsonDocument>> indexes,
        CancellationToken cancellationToken) => mongo.RunAsync(async database =>
    {
        var manager = database.GetCollection<BsonDocument>(collection).Indexes;
        using var cursor = await manager.ListAsync(cancellationToken);
        var present = (await cursor.ToListAsync(cancellationToken)).ConvertAll(index => index["name"].AsString);
        return indexes.All(index => present.Contains(index.Options.Name)) ? [] : await manager.CreateManyAsync(indexes, cancellationToken);
    });
}
