using ImageSearch.Core.Imports;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>Imports in MongoDB; what was asked for is written once, progress often.</summary>
internal sealed class MongoImportStore(MongoConnection mongo, MongoSchema schema, TimeProvider clock) : IImportStore
{
    /// <summary>Workers that take imports at the same time: each round one of them gets what all saw.</summary>
    private const int MaximumRounds = 100;

    private static readonly BsonDocument FirstUrl = new("urls", new BsonDocument("$slice", 1));

    private static readonly BsonDocument FirstUrlWithoutProblems =
        new() { { "urls", new BsonDocument("$slice", 1) }, { "problems", new BsonDocument("$slice", 0) } };

    public async Task AddAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        var fields = Progress(import)
            .Add("done", import.Done).Add("urls", import.Urls).Add("folder", BsonValue.Create(import.Folder)).Add("tags", import.Tags).Add(
                "createdAt", import.CreatedAt)
            .Add("leasedUntil", DateTimeOffset.UnixEpoch).Add("updatedAt", clock.GetUtcNow());
        // The filter matches nothing that is there: an import that is there keeps its fields.
        var insertion = new UpdateOneModel<BsonDocument>(
            new BsonDocument { { "_id", import.Id }, { "added", new BsonDocument("$exists", false) } },
            new BsonDocument { { "$set", fields }, { "$currentDate", new BsonDocument { { "added", new BsonDocument { { "$type", "timestamp" } } } } } })
        { IsUpsert = true };
        await mongo.WriteAsync(MongoSchema.Imports, [insertion], cancellationToken);
    }

    public async Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await mongo.FindAsync(
            MongoSchema.Imports, new BsonDocument { { "_id", id } }, new FindOptions<BsonDocument> { Projection = FirstUrl }, ReadImport,
            cancellationToken);
        return found is [var import] ? import : null;
    }

    public async Task<IReadOnlyList<ImportRecord>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        await schema.EnsureAsync(cancellationToken);
        return await mongo.FindAsync(
            MongoSchema.Imports,
            [],
            new FindOptions<BsonDocument> { Sort = new BsonDocument("added", -1), Limit = limit, Projection = FirstUrlWithoutProblems },
            ReadImport,
            cancellationToken);
    }

    public async Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var now = clock.GetUtcNow();
            var open = new BsonDocument
            {
                { "done", false },
                { "cancelled", new BsonDocument("$ne", true) },
                {
                    "$or",
                    new BsonArray
                    {
                        new BsonDocument("leasedUntil", new BsonDocument { { "$lte", now } }),
                        new BsonDocument("leasedAt", new BsonDocument { { "$gt", now + ServerClock.Tolerance } }),
                    }
                },
            };
            var oldest = await mongo.FindAsync(
                MongoSchema.Imports,
                open,
                new FindOptions<BsonDocument> { Sort = new BsonDocument("added", 1), Limit = 1, Projection = new BsonDocument("_id", 1) },
                document => document["_id"].AsString,
                cancellationToken);
            if (oldest is not [var id])
            {
                return null;
            }

            var leased = await ChangeAsync(
                open.Add("_id", id),
                new BsonDocument { { "$set", new BsonDocument { { "worker", worker }, { "leasedAt", now }, { "leasedUntil", now + lease } } } },
                cancellationToken);
            if (leased is not null)
            {
                return leased;
            }
        }

        return null;
    }

    public async Task<ImportSaveOutcome> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var update = new BsonDocument
        {
            { "$set", Progress(import).Add("updatedAt", now).Add("leasedAt", now).Add(
                "leasedUntil", import.Done ? DateTimeOffset.UnixEpoch : now + lease) },
            { "$max", new BsonDocument { { "done", import.Done } } }, // done stays done
        };
        var saved = await ChangeAsync(new BsonDocument { { "_id", import.Id }, { "worker", worker } }, update, cancellationToken);
        return saved switch
        {
            null => ImportSaveOutcome.LeaseLost,
            { Cancelled: true } => ImportSaveOutcome.Cancelled,
            _ => ImportSaveOutcome.Saved,
        };
    }

    public Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken) => UpdateAsync(
        new BsonDocument { { "_id", id }, { "worker", worker }, { "done", false } },
        new BsonDocument { { "$set", new BsonDocument { { "leasedUntil", DateTimeOffset.UnixEpoch } } }, { "$unset", new BsonDocument { { "worker", 1 } } } },
        cancellationToken);

    public Task<ImportRecord?> CancelAsync(string id, CancellationToken cancellationToken) =>
        SetCancelledAsync(id, true, cancellationToken);

    public Task<ImportRecord?> ResumeAsync(string id, CancellationToken cancellationToken) =>
        SetCancelledAsync(id, false, cancellationToken);

    private async Task<ImportRecord?> SetCancelledAsync(string id, bool cancelled, CancellationToken cancellationToken)
    {
        await UpdateAsync(
            new BsonDocument { { "_id", id }, { "done", false }, { "cancelled", new BsonDocument { { "$ne", cancelled } } } },
            new BsonDocument { { "$set", new BsonDocument { { "cancelled", cancelled }, { "updatedAt", clock.GetUtcNow() } } } },
            cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    private Task<MongoWrites> UpdateAsync(BsonDocument filter, BsonDocument update, CancellationToken cancellationToken) =>
        mongo.WriteAsync(MongoSchema.Imports, [Update(filter, update)], cancellationToken);

    /// <returns>The import as it is after the change; null when the filter matched none.</returns>
    private Task<ImportRecord?> ChangeAsync(BsonDocument filter, BsonDocument update, CancellationToken cancellationToken) =>
        mongo.RunAsync(async database =>
    {
        var changed = await database.GetCollection<BsonDocument>(MongoSchema.Imports).FindOneAndUpdateAsync<BsonDocument>(
            filter, update, new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After }, cancellationToken);
        return changed is null ? null : ReadImport(changed);
    });

    private static UpdateOneModel<BsonDocument> Update(BsonDocument filter, BsonDocument update) => new(filter, update);

    private static BsonDocument Progress(ImportRecord import)
    {
        BsonArray problems = [.. (import.Problems ?? []).Select(
            problem => new BsonDocument { { "source", problem.Source }, { "reason", problem.Reason } })];
        return new BsonDocument
        {
            { "position", import.Position }, { "accepted", import.Accepted }, { "duplicate", import.Duplicate },
            { "rejected", import.Rejected }, { "problems", problems },
            { "total", BsonValue.Create(import.Total) }, { "rate", BsonValue.Create(import.Rate) },
            { "last", BsonValue.Create(import.Last) },
        };
    }

    private ImportRecord ReadImport(BsonDocument document)
    {
        var problems = document["problems"].AsBsonArray.Select(
            problem => new ImportProblem(problem["source"].AsString, problem["reason"].AsString));
        return new ImportRecord(
            document["_id"].AsString, document["urls"].ToStrings(), document["folder"] is BsonString folder ? folder.Value : null,
            document["tags"].ToStrings(), document["createdAt"].ToDate(),
            document["total"] is { IsBsonNull: false } total ? total.ToInt64() : null,
            document["position"].ToInt64(), document["accepted"].ToInt64(), document["duplicate"].ToInt64(), document["rejected"].ToInt64(),
            document["done"].ToBoolean(), [.. problems],
            document.TryGetValue("rate", out var rate) && !rate.IsBsonNull ? rate.ToDouble() : null,
            document.TryGetValue("last", out var last) && !last.IsBsonNull ? last.AsString : null)
        {
            Cancelled = document.TryGetValue("cancelled", out var cancelled) && cancelled.ToBoolean(),
            UpdatedAt = document.TryGetValue("updatedAt", out var updatedAt) ? updatedAt.ToDate() : document["createdAt"].ToDate(),
            IsLeased = IsLeased(document, clock.GetUtcNow()),
        };
    }

    private static bool IsLeased(BsonDocument document, DateTimeOffset now) =>
        document["leasedUntil"].ToDate() > now
            && (!document.TryGetValue("leasedAt", out var at) || at.ToDate() <= now + ServerClock.Tolerance);
}
