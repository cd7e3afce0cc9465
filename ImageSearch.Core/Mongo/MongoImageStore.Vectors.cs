using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: vectors and failures are written.</summary>
internal sealed partial class MongoImageStore
{
    private const string Indexed = "indexed";
    private const string Failed = "failed";
    private const string Pending = "pending";

    public Task<string> DeclareAsync(ModelKey model, string preparation, CancellationToken cancellationToken) =>
        schema.DeclareAsync(model, preparation, cancellationToken);

    public async Task PutVectorsAsync(ModelKey model, IReadOnlyCollection<ImageVector> vectors, CancellationToken cancellationToken)
    {
        if (vectors.Any(vector => vector.Vector.IsEmpty))
        {
            throw new ArgumentException("A vector is empty: that is what a deletion looks like in the change feed.", nameof(vectors));
        }

        // Known before the pictures are looked at: a deletion that is not seen there reaches the collection afterwards.
        var collection = await schema.EnsureCollectionAsync(model, cancellationToken).ConfigureAwait(false);
        var lives = await FindLivesAsync([.. vectors.Select(vector => vector.Id)], cancellationToken).ConfigureAwait(false);
        var known = vectors.Where(vector => lives.ContainsKey(vector.Id)).DistinctBy(vector => vector.Id).ToList();
        var writes = await mongo.WriteAsync(collection, [.. known.Select(vector => Put(vector, model, lives[vector.Id]))], cancellationToken).ConfigureAwait(false);

        // Tags that came while this was written, or before an earlier delivery of the same work was cut off.
        var now = await FindLivesAsync([.. known.Select(vector => vector.Id)], cancellationToken).ConfigureAwait(false);
        var behind = known.Where((vector, i) => now.TryGetValue(vector.Id, out var life)
            && (writes.Duplicates.Contains(i) || life.TagRevision != lives[vector.Id].TagRevision));
        await mongo.WriteAsync(collection, [.. behind.Select(vector => Retag(now[vector.Id]))], cancellationToken).ConfigureAwait(false);
    }

    public async Task PutFailuresAsync(ModelKey model, IReadOnlyCollection<ExtractionFailure> failures, CancellationToken cancellationToken)
    {
        var collection = await schema.EnsureCollectionAsync(model, cancellationToken).ConfigureAwait(false);
        var lives = await FindLivesAsync([.. failures.Select(failure => failure.Id)], cancellationToken).ConfigureAwait(false);
        await mongo.WriteAsync(collection,
            [.. failures.Where(failure => lives.ContainsKey(failure.Id)).Select(failure => Put(failure, model, lives[failure.Id]))],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the writer of an extraction has to know of its picture.</summary>
    /// <param name="TagRevision">Counts the changes of its tags; 0 while there was none.</param>
    private readonly record struct Life(ImageId Id, int Generation, BsonTimestamp Added, IReadOnlyList<string> Tags, int TagRevision);

    /// <returns>Those of the pictures that are known and not deleted.</returns>
    private async Task<Dictionary<ImageId, Life>> FindLivesAsync(IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var lives = await FindInPiecesAsync(
            MongoSchema.Images, ids, new BsonDocument { { "added", Exists } },
            LifeFields, ReadLife, cancellationToken).ConfigureAwait(false);
        return lives.ToDictionary(life => life.Id);
    }

    private static BsonDocument LifeFields => new() { { "generation", 1 }, { "added", 1 }, { "tags", 1 }, { "tagRev", 1 } };

    private static Life ReadLife(BsonDocument document) => new(
        document["_id"].ToId(), document["generation"].ToInt32(), document["added"].AsBsonTimestamp, document["tags"].ToStrings(),
        document.TryGetValue("tagRev", out var revision) ? revision.ToInt32() : 0);

    private static UpdateOneModel<BsonDocument> Put(ImageVector vector, ModelKey model, in Life life)
    {
        var set = TagRevision(life, Common(model, life, Indexed, vector.Attempts))
            .Add("labels", Labels(vector.Labels)).Add("tags", life.Tags).Add("dim", vector.Vector.Length).Add("vector", vector.Vector.Span);
        var unset = new BsonDocument { { "deleted", 1 }, { "reason", 1 } };
        // An earlier life of the picture may have left its fingerprint.
        _ = vector.Fingerprint.IsEmpty ? unset.Add("fingerprint", 1) : set.Add("fingerprint", new BsonBinaryData(vector.Fingerprint.ToArray()));
        return Update(
            Unsettled(life),
            new BsonDocument
            {
                { "$set", set },
                { "$unset", unset },
                { "$inc", new BsonDocument { { "rev", 1 } } },
                { "$currentDate", new BsonDocument { { "updatedAt", true }, { "at", true } } },
            },
            upsert: true);
    }

    /// <summary>Where an earlier life has left its tombstone, that stays in the feed: without a vector the document says the same.</summary>
    private static UpdateOneModel<BsonDocument> Put(ExtractionFailure failure, ModelKey model, in Life life) => Update(
        Unsettled(life),
        new BsonDocument
        {
            { "$set", Common(model, life, Failed, failure.Attempts).Add("reason", failure.Reason).Add("labels", new BsonArray()) },
            { "$unset", new BsonDocument { { "deleted", 1 } } },
            { "$currentDate", new BsonDocument { { "at", true } } },
        },
        upsert: true);

    private static BsonDocument Common(ModelKey model, in Life life, string state, int attempts) => new()
    {
        { "bucket", life.Id.Bucket }, { "version", model.Version }, { "generation", life.Generation }, { "added", life.Added }, { "state", state }, { "attempts", attempts },
    };

    /// <summary>
    /// The picture's document while this life of it has neither a vector nor a tombstone. When it has, the upsert tries to insert another one
    /// and meets its key: stored already, or deleted.
    /// </summary>
    private static BsonDocument Unsettled(in Life life) => new()
    {
        { "_id", life.Id },
        {
            "$or", new BsonArray
            {
                new BsonDocument { { "generation", new BsonDocument { { "$lt", life.Generation } } } },
                new BsonDocument
                {
                    { "generation", life.Generation }, { "state", new BsonDocument { { "$ne", Indexed } } }, { "deleted", new BsonDocument { { "$ne", true } } },
                },
            }
        },
    };

    /// <summary>In every collection, also where there is no vector: it is what a late vector of the same life loses against.</summary>
    private static UpdateOneModel<BsonDocument> Tombstone(ImageId id, int generation) => Update(
        new BsonDocument
        {
            { "_id", id },
            {
                "$or", new BsonArray
                {
                    new BsonDocument { { "generation", new BsonDocument { { "$lt", generation } } } },
                    new BsonDocument { { "generation", generation }, { "deleted", new BsonDocument { { "$ne", true } } } },
                }
            },
        },
        new BsonDocument
        {
            { "$set", new BsonDocument { { "deleted", true }, { "generation", generation }, { "bucket", id.Bucket }, { "tags", new BsonArray() } } },
            {
                "$unset", new BsonDocument
                {
                    { "state", 1 }, { "attempts", 1 }, { "reason", 1 }, { "labels", 1 }, { "at", 1 }, { "added", 1 }, { "dim", 1 }, { "vector", 1 }, { "fingerprint", 1 },
                }
            },
            { "$inc", new BsonDocument { { "rev", 1 } } },
            { "$currentDate", new BsonDocument { { "updatedAt", true } } },
        },
        upsert: true);

    private static BsonArray Labels(IReadOnlyList<Label> labels) =>
        [.. labels.Select(label => new BsonDocument { { "name", label.Name }, { "probability", (double)label.Probability } })];
}
