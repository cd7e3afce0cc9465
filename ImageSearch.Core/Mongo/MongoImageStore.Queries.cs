using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: what the others ask and write with.</summary>
internal sealed partial class MongoImageStore
{
    /// <summary>Ids in one query.</summary>
    private const int MaximumIds = 1000;

    private static readonly BsonDocument IdOnly = new("_id", 1);

    private static UpdateOneModel<BsonDocument> Update(BsonDocument filter, BsonDocument update, bool upsert = false) =>
        new(filter, update) { IsUpsert = upsert };

    /// <summary>Finds documents by their ids, however many those are.</summary>
    /// <param name="projection">Fields to read besides the id; null: all.</param>
    private async Task<List<T>> FindInPiecesAsync<T>(
        string collection, IReadOnlyCollection<ImageId> ids, BsonDocument condition, BsonDocument? projection, Func<BsonDocument, T> read,
        CancellationToken cancellationToken)
    {
        var options = new FindOptions<BsonDocument> { Projection = projection, BatchSize = MaximumIds, Hint = IdOnly };
        var found = new List<T>();
        foreach (var piece in ids.Distinct().Chunk(MaximumIds))
        {
            var filter = new BsonDocument(condition) { { "_id", new BsonDocument { { "$in", piece } } } };
            found.AddRange(await mongo.FindAsync(collection, filter, options, read, cancellationToken));
        }

        return found;
    }

    private async Task<long> CountAsync(string collection, BsonDocument condition, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        return await mongo.CountAsync(collection, condition, cancellationToken);
    }
}
