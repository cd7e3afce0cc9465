using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Records, extractions and vectors in MongoDB, without transactions: a standalone server has none. Each write is one document's; what needs
/// several leaves a mark on the first that says what is to be finished, by whoever comes across it (<see cref="MongoHousekeeping"/> at the
/// latest). A picture counts its lives in <c>generation</c>, and its vectors carry the number: a write of an earlier life loses against the
/// tombstone that the deletion left in every collection. This part: the records.
/// </summary>
internal sealed partial class MongoImageStore(MongoConnection mongo, MongoSchema schema, IOptions<MongoOptions> options) : IImageStore
{
    /// <summary>Rounds of looking and writing before a picture that others keep changing is given up.</summary>
    private const int MaximumRounds = 100;

    private static readonly BsonDocument Exists = new("$exists", true);
    private static readonly BsonDocument Absent = new("$exists", false);

    public async Task<AddOutcome> AddAsync(ImageRecord image, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var writes = await mongo.WriteAsync(MongoSchema.Images, [Insertion(image)], cancellationToken).ConfigureAwait(false);
            if (writes.Count == 1 || await AddTagsAsync(image, cancellationToken).ConfigureAwait(false))
            {
                return writes.Count == 1 ? AddOutcome.Added : AddOutcome.Duplicate;
            }
        }

        throw new MongoUnavailableException(MongoFailure.TimedOut, $"The picture {image.Id} is added and deleted by others all the time.");
    }

    public async Task<ImageRecord?> FindAsync(ImageId id, CancellationToken cancellationToken) =>
        (await FindAsync([id], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<ImageId, ImageRecord>> FindAsync(IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var found = await FindInPiecesAsync(MongoSchema.Images, ids, new BsonDocument("added", Exists), null, ReadRecord, cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(record => record.Id);
    }

    public async Task<bool> DeleteAsync(ImageId id, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var begin = Update(
            new BsonDocument { { "_id", id }, { "added", Exists } },
            new BsonDocument
            {
                { "$set", new BsonDocument { { "deleting", true }, { "tags", new BsonArray() } } },
                { "$unset", new BsonDocument { { "added", 1 }, { "tagging", 1 } } },
            });
        var begun = await mongo.WriteAsync(MongoSchema.Images, [begin], cancellationToken).ConfigureAwait(false);
        return await FinishDeletionAsync(id, cancellationToken).ConfigureAwait(false) || begun.Count == 1;
    }

    public Task<long> CountAsync(CancellationToken cancellationToken) => CountAsync(MongoSchema.Images, new BsonDocument { { "added", Exists } }, cancellationToken);

    /// <summary>Finishes what a killed process has begun.</summary>
    /// <returns>Pictures that were looked after; at most <paramref name="limit"/>.</returns>
    public async Task<int> FinishAsync(int limit, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var deletions = await FindMarkedAsync("deleting", limit, cancellationToken).ConfigureAwait(false);
        foreach (var id in deletions)
        {
            await FinishDeletionAsync(id, cancellationToken).ConfigureAwait(false);
        }

        var taggings = await FindMarkedAsync("tagging", limit - deletions.Count, cancellationToken).ConfigureAwait(false);
        await FinishTaggingAsync(taggings, cancellationToken).ConfigureAwait(false);
        return deletions.Count + taggings.Count;
    }

    /// <summary>Adds it anew, or for the first time; a picture that is known is no match, and its key a duplicate.</summary>
    private static UpdateOneModel<BsonDocument> Insertion(ImageRecord image) => Update(
        new BsonDocument { { "_id", image.Id }, { "deletedAt", Exists } },
        new BsonDocument
        {
            {
                "$set", new BsonDocument
                {
                    { "source", image.Source }, { "contentType", image.ContentType }, { "width", image.Width }, { "height", image.Height },
                    { "bytes", image.Bytes }, { "tags", Distinct(image.Tags) },
                }
            },
            { "$unset", new BsonDocument { { "deletedAt", 1 } } },
            { "$inc", new BsonDocument { { "generation", 1 } } },
            { "$currentDate", new BsonDocument { { "addedAt", true }, { "added", new BsonDocument { { "$type", "timestamp" } } } } },
        },
        upsert: true);

    /// <summary>Leaves a tombstone in every collection, then says that the picture is deleted.</summary>
    /// <returns>False when no deletion of it has been begun, or another has finished it.</returns>
    private async Task<bool> FinishDeletionAsync(ImageId id, CancellationToken cancellationToken)
    {
        var marked = new BsonDocument { { "_id", id }, { "deleting", true } };
        var found = await mongo.FindAsync(MongoSchema.Images, marked, new FindOptions<BsonDocument>(), document => document["generation"].ToInt32(), cancellationToken).ConfigureAwait(false);
        if (found is not [var generation])
        {
            return false;
        }

        foreach (var (_, collection) in await schema.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await mongo.WriteAsync(collection, [Tombstone(id, generation)], cancellationToken).ConfigureAwait(false);
        }

        var end = Update(
            new BsonDocument(marked) { { "generation", generation } },
            new BsonDocument { { "$unset", new BsonDocument { { "deleting", 1 } } }, { "$currentDate", new BsonDocument { { "deletedAt", true } } } });
        return (await mongo.WriteAsync(MongoSchema.Images, [end], cancellationToken).ConfigureAwait(false)).Count == 1;
    }

    private Task<List<ImageId>> FindMarkedAsync(string mark, int limit, CancellationToken cancellationToken) => limit <= 0
        ? Task.FromResult(new List<ImageId>())
        : mongo.FindAsync(
            MongoSchema.Images, new BsonDocument(mark, true), new FindOptions<BsonDocument> { Limit = limit, Projection = IdOnly }, document => document["_id"].ToId(), cancellationToken);

    private static ImageRecord ReadRecord(BsonDocument document) => new(
        document["_id"].ToId(), document["source"].AsString, document["contentType"].AsString, document["width"].ToInt32(), document["height"].ToInt32(),
        document["bytes"].ToInt64(), Distinct(document["tags"].ToStrings()), document["addedAt"].ToDate());

    private static string[] Distinct(IEnumerable<string> tags) => [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
