using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Records, extractions and vectors in MongoDB. What concerns a picture and its vectors is one transaction. Those that store vectors look
/// at the picture and write the vectors; those that change the picture write to it and to what is in each collection by its id, or would be
/// (<see cref="MongoTransaction.KeepAbsentAsync"/>): so of two that meet, the second looks again. This part: the records.
/// </summary>
internal sealed partial class MongoImageStore(MongoConnection mongo, MongoSchema schema, IOptions<MongoOptions> options) : IImageStore
{
    /// <summary>Rounds of looking and writing before a picture that others keep changing is given up.</summary>
    private const int MaximumRounds = 100;

    private static readonly BsonDocument Exists = new("$exists", true);
    private static readonly BsonDocument Absent = new("$exists", false);

    public async Task<AddOutcome> AddAsync(ImageRecord image, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var writes = await mongo.WriteAsync(MongoSchema.Images, [Insertion(image)], cancellationToken);
            if (writes.Count == 1)
            {
                return AddOutcome.Added;
            }

            // Deleted meanwhile, it is unknown: to be added after all.
            if (await ChangeTagsAsync([image.Id], Distinct(image.Tags), [], cancellationToken) is { Unknown: 0 })
            {
                return AddOutcome.Duplicate;
            }
        }

        throw new MongoUnavailableException(MongoFailure.TimedOut, $"The picture {image.Id} is added and deleted by others all the time.");
    }

    public async Task<ImageRecord?> FindAsync(ImageId id, CancellationToken cancellationToken) =>
        (await FindAsync([id], cancellationToken)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<ImageId, ImageRecord>> FindAsync(
        IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var found = await FindInPiecesAsync(
            MongoSchema.Images, ids, new BsonDocument("added", Exists), null, ReadRecord, cancellationToken);
        return found.ToDictionary(record => record.Id);
    }

    public async Task<bool> DeleteAsync(ImageId id, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        var collections = await schema.ListAsync(cancellationToken);
        var deleted = await mongo.TransactAsync(
            async (transaction, stop) =>
            {
                var alive = new BsonDocument { { "_id", id }, { "added", Exists } };
                var removed = await transaction.WriteAsync(MongoSchema.Images, [new DeleteOneModel<BsonDocument>(alive)], stop);
                return removed.DeletedCount == 1 && await DeleteVectorsAsync(transaction, id, collections, stop);
            },
            cancellationToken);

        // Made meanwhile for a vector whose writer has still seen the picture.
        var later = (await schema.ListAsync(cancellationToken)).Except(collections).ToList();
        if (deleted && later.Count > 0)
        {
            await mongo.TransactAsync((transaction, stop) => DeleteVectorsAsync(transaction, id, later, stop), cancellationToken);
        }

        return deleted;
    }

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        CountAsync(MongoSchema.Images, new BsonDocument { { "added", Exists } }, cancellationToken);

    private static async Task<bool> DeleteVectorsAsync(
        MongoTransaction transaction, ImageId id, List<(ModelKey Model, string Collection)> collections,
        CancellationToken cancellationToken)
    {
        foreach (var (_, collection) in collections)
        {
            var deletion = new DeleteOneModel<BsonDocument>(new BsonDocument { { "_id", id } });
            await transaction.KeepAbsentAsync(collection, [id], cancellationToken);
            await transaction.WriteAsync(collection, [deletion], cancellationToken);
        }

        return true;
    }

    /// <summary>A picture that is known is no match, and its key a duplicate.</summary>
    private static UpdateOneModel<BsonDocument> Insertion(ImageRecord image) => Update(
        new BsonDocument { { "_id", image.Id }, { "added", Absent } },
        new BsonDocument
        {
            {
                "$set", new BsonDocument
                {
                    { "source", image.Source }, { "contentType", image.ContentType }, { "width", image.Width }, { "height", image.Height },
                    { "bytes", image.Bytes }, { "tags", Distinct(image.Tags) },
                }
            },
            { "$currentDate", new BsonDocument { { "addedAt", true }, { "added", new BsonDocument { { "$type", "timestamp" } } } } },
        },
        upsert: true);

    private static ImageRecord ReadRecord(BsonDocument document) => new(
        document["_id"].ToId(), document["source"].AsString, document["contentType"].AsString, document["width"].ToInt32(),
        document["height"].ToInt32(),
        document["bytes"].ToInt64(), Distinct(document["tags"].ToStrings()), document["addedAt"].ToDate());

    private static string[] Distinct(IEnumerable<string> tags) => [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
