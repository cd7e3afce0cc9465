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

    /// <summary>Outcomes of one transaction: what it writes stays below the 16 MB that MongoDB's log takes at once before 4.2.</summary>
    private const int MaximumPut = 256;

    public Task<string> DeclareAsync(ModelKey model, string preparation, CancellationToken cancellationToken) =>
        schema.DeclareAsync(model, preparation, cancellationToken);

    public async Task PutVectorsAsync(ModelKey model, IReadOnlyCollection<ImageVector> vectors, CancellationToken cancellationToken)
    {
        if (vectors.Any(vector => vector.Vector.IsEmpty))
        {
            throw new ArgumentException("A vector is empty: that is what a deletion looks like in the change feed.", nameof(vectors));
        }

        var collection = await schema.EnsureCollectionAsync(model, cancellationToken);
        await PutAsync(
            collection,
            [.. vectors.DistinctBy(vector => vector.Id)],
            vector => vector.Id,
            (vector, life) => Put(vector, model, life),
            cancellationToken);
    }

    public async Task PutFailuresAsync(ModelKey model, IReadOnlyCollection<ExtractionFailure> failures, CancellationToken cancellationToken)
    {
        var collection = await schema.EnsureCollectionAsync(model, cancellationToken);
        await PutAsync(collection, [.. failures], failure => failure.Id, (failure, life) => Put(failure, model, life), cancellationToken);
    }

    /// <summary>What the writer of an extraction has to know of its picture.</summary>
    private readonly record struct Life(ImageId Id, BsonTimestamp Added, IReadOnlyList<string> Tags);

    /// <summary>Writes the extractions of those pictures that are known and have no vector.</summary>
    private async Task PutAsync<T>(
        string collection, T[] outcomes, Func<T, ImageId> idOf, Func<T, Life, UpdateOneModel<BsonDocument>> put,
        CancellationToken cancellationToken)
    {
        foreach (var piece in outcomes.Chunk(MaximumPut))
        {
            await mongo.TransactAsync(
                async (transaction, stop) =>
                {
                    var ids = new BsonDocument { { "$in", piece.Select(idOf) } };
                    var lives = await FindLivesAsync(transaction, ids, stop);
                    var stored = await transaction.FindAsync(
                        collection, new BsonDocument { { "_id", ids }, { "state", Indexed } }, IdOnly, document => document["_id"].ToId(),
                        stop);
                    var open = lives.Keys.Except(stored).ToHashSet();
                    UpdateOneModel<BsonDocument>[] writes = [.. piece.Where(outcome => open.Contains(idOf(outcome))).Select(
                        outcome => put(outcome, lives[idOf(outcome)]))];
                    return writes.Length > 0 ? await transaction.WriteAsync(collection, writes, stop) : null;
                },
                cancellationToken);
        }
    }

    /// <returns>Those of the pictures that are known and not deleted.</returns>
    private static async Task<Dictionary<ImageId, Life>> FindLivesAsync(
        MongoTransaction transaction, BsonDocument ids, CancellationToken cancellationToken)
    {
        var lives = await transaction.FindAsync(
            MongoSchema.Images, new BsonDocument { { "_id", ids }, { "added", Exists } }, LifeFields, ReadLife, cancellationToken);
        return lives.ToDictionary(life => life.Id);
    }

    private static BsonDocument LifeFields => new() { { "added", 1 }, { "tags", 1 } };

    private static Life ReadLife(BsonDocument document) =>
        new(document["_id"].ToId(), document["added"].AsBsonTimestamp, document["tags"].ToStrings());

    private static UpdateOneModel<BsonDocument> Put(ImageVector vector, ModelKey model, Life life)
    {
        var set = Common(model, life, Indexed, vector.Attempts)
            .Add("labels", Labels(vector.Labels)).Add("tags", life.Tags).Add("dim", vector.Vector.Length).Add("vector", vector.Vector.Span);
        if (!vector.Fingerprint.IsEmpty)
        {
            set.Add("fingerprint", new BsonBinaryData(vector.Fingerprint.ToArray()));
        }

        return Update(
            new BsonDocument { { "_id", life.Id } },
            new BsonDocument
            {
                { "$set", set },
                { "$unset", new BsonDocument { { "reason", 1 } } },
                { "$currentDate", new BsonDocument { { "updatedAt", true }, { "at", true } } },
            },
            upsert: true);
    }

    private static UpdateOneModel<BsonDocument> Put(ExtractionFailure failure, ModelKey model, Life life) => Update(
        new BsonDocument { { "_id", life.Id } },
        new BsonDocument
        {
            { "$set", Common(model, life, Failed, failure.Attempts).Add("reason", failure.Reason).Add("labels", new BsonArray()) },
            { "$currentDate", new BsonDocument { { "at", true } } },
        },
        upsert: true);

    private static BsonDocument Common(ModelKey model, Life life, string state, int attempts) => new()
    {
        { "bucket", life.Id.Bucket }, { "version", model.Version }, { "added", life.Added }, { "state", state }, { "attempts", attempts },
    };

    private static BsonArray Labels(IReadOnlyList<Label> labels) =>
        [.. labels.Select(label => new BsonDocument { { "name", label.Name }, { "probability", (double)label.Probability } })];
}
