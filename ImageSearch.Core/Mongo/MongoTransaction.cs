using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>What is read and written in one transaction. Errors stay the driver's: it decides by them whether to try again.</summary>
internal sealed class MongoTransaction(IMongoDatabase database, IClientSessionHandle session)
{
    private static readonly BsonDocument IdOnly = new("_id", 1);

    public async Task<List<T>> FindAsync<T>(
        string collection, BsonDocument filter, BsonDocument projection, Func<BsonDocument, T> read, CancellationToken cancellationToken)
    {
        var options = new FindOptions<BsonDocument> { Projection = projection };
        using var cursor = await database.GetCollection<BsonDocument>(collection)
            .FindAsync(session, filter, options, cancellationToken);
        return (await cursor.ToListAsync(cancellationToken)).ConvertAll(document => read(document));
    }

    /// <summary>In this order; the first that fails ends the transaction.</summary>
    public Task<BulkWriteResult<BsonDocument>> WriteAsync(
        string collection, IReadOnlyList<WriteModel<BsonDocument>> writes, CancellationToken cancellationToken) =>
        database.GetCollection<BsonDocument>(collection).BulkWriteAsync(session, writes, cancellationToken: cancellationToken);

    /// <summary>
    /// Keeps pictures that have no document in a collection from getting one while this transaction runs: whoever has looked before at what
    /// this changes, and writes afterwards, meets the key and has to look again. Nothing stays.
    /// </summary>
    public async Task KeepAbsentAsync(string collection, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("_id", new BsonDocument { { "$in", ids } });
        var present = await FindAsync(collection, filter, IdOnly, document => document["_id"].ToId(), cancellationToken);
        List<ImageId> absent = [.. ids.Except(present)];
        if (absent.Count > 0)
        {
            await WriteAsync(
                collection,
                [
                    .. absent.Select(id => new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", id } })),
                    new DeleteManyModel<BsonDocument>(new BsonDocument("_id", new BsonDocument { { "$in", absent } })),
                ],
                cancellationToken);
        }
    }
}
