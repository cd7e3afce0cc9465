using ImageSearch.Core.Imports;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Imports in MongoDB; what was asked for is written once, progress often.</summary>
internal sealed class MongoImportStore(MongoClient client, MongoSchema schema, TimeProvider clock) : IImportStore
{
    /// <summary>Workers that take imports at the same time: each round one of them gets what all saw.</summary>
    private const int MaximumRounds = 100;

    private static readonly BsonDocument FirstUrl = new() { { "urls", new BsonDocument { { "$slice", 1 } } } };

    private static readonly BsonDocument FirstUrlWithoutProblems = new() { { "urls", new BsonDocument { { "$slice", 1 } } }, { "problems", new BsonDocument { { "$slice", 0 } } } };

    public async Task AddAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var fields = Progress(import)
            .Add("done", import.Done).Add("urls", import.Urls).Add("folder", import.Folder).Add("tags", import.Tags).Add("createdAt", import.CreatedAt)
            .Add("leasedUntil", DateTimeOffset.UnixEpoch).Add("updatedAt", clock.GetUtcNow());
        // The filter matches nothing that is there: an import that is there keeps its fields.
        var insertion = Update(
            new BsonDocument { { "_id", import.Id }, { "added", new BsonDocument { { "$exists", false } } } },
            new BsonDocument { { "$set", fields }, { "$currentDate", new BsonDocument { { "added", new BsonDocument { { "$type", "timestamp" } } } } } });
        await client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Imports, [insertion.Add("upsert", true)], cancellationToken).ConfigureAwait(false);
    }

    public async Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await client.FindAsync(
            MongoSchema.Imports, new BsonDocument { { "_id", id } }, new BsonDocument { { "projection", FirstUrl } }, ReadImport, cancellationToken).ConfigureAwait(false);
        return found is [var import] ? import : null;
    }

    public async Task<IReadOnlyList<ImportRecord>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await client.FindAsync(
            MongoSchema.Imports,
            [],
            new BsonDocument { { "sort", new BsonDocument { { "added", -1 } } }, { "limit", (long)limit }, { "projection", FirstUrlWithoutProblems } },
            ReadImport,
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var open = new BsonDocument { { "done", false }, { "cancelled", new BsonDocument { { "$ne", true } } }, { "leasedUntil", new BsonDocument { { "$lte", clock.GetUtcNow() } } } };
            var oldest = await client.FindAsync(
                MongoSchema.Imports,
                open,
                new BsonDocument { { "sort", new BsonDocument { { "added", 1 } } }, { "limit", 1L }, { "projection", new BsonDocument { { "_id", 1 } } } },
                document => document["_id"u8].ToString(),
                cancellationToken).ConfigureAwait(false);
            if (oldest is not [var id])
            {
                return null;
            }

            var leased = await ChangeAsync(
                new BsonDocument(open.Bytes).Add("_id", id),
                new BsonDocument { { "$set", new BsonDocument { { "worker", worker }, { "leasedUntil", clock.GetUtcNow() + lease } } } },
                cancellationToken).ConfigureAwait(false);
            if (leased is not null)
            {
                return leased;
            }
        }

        return null;
    }

    public async Task<ImportSaveOutcome> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        var update = new BsonDocument
        {
            {
                "$set", Progress(import).Add("updatedAt", clock.GetUtcNow())
                    .Add("leasedUntil", import.Done ? DateTimeOffset.UnixEpoch : clock.GetUtcNow() + lease)
            },
            { "$max", new BsonDocument { { "done", import.Done } } }, // done stays done
        };
        var saved = await ChangeAsync(new BsonDocument { { "_id", import.Id }, { "worker", worker } }, update, cancellationToken).ConfigureAwait(false);
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

    public Task<ImportRecord?> CancelAsync(string id, CancellationToken cancellationToken) => SetCancelledAsync(id, true, cancellationToken);

    public Task<ImportRecord?> ResumeAsync(string id, CancellationToken cancellationToken) => SetCancelledAsync(id, false, cancellationToken);

    private async Task<ImportRecord?> SetCancelledAsync(string id, bool cancelled, CancellationToken cancellationToken)
    {
        await UpdateAsync(
            new BsonDocument { { "_id", id }, { "done", false }, { "cancelled", new BsonDocument { { "$ne", cancelled } } } },
            new BsonDocument { { "$set", new BsonDocument { { "cancelled", cancelled }, { "updatedAt", clock.GetUtcNow() } } } },
            cancellationToken).ConfigureAwait(false);
        return await FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private Task<MongoWrites> UpdateAsync(BsonDocument filter, BsonDocument update, CancellationToken cancellationToken) =>
        client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Imports, [Update(filter, update)], cancellationToken);

    /// <returns>The import as it is after the change; null when the filter matched none.</returns>
    private Task<ImportRecord?> ChangeAsync(BsonDocument filter, BsonDocument update, CancellationToken cancellationToken) => client.WriteAsync(
        new BsonDocument { { "findAndModify", MongoSchema.Imports }, { "query", filter }, { "update", update }, { "new", true } },
        reply => reply["value"u8] is { IsNull: false } value ? ReadImport(value.ToView()) : null,
        cancellationToken);

    private static BsonDocument Update(BsonDocument filter, BsonDocument update) => new() { { "q", filter }, { "u", update } };

    private static BsonDocument Progress(ImportRecord import)
    {
        var problems = new BsonArray();
        foreach (var problem in import.Problems ?? [])
        {
            problems.Add(new BsonDocument { { "source", problem.Source }, { "reason", problem.Reason } });
        }

        var progress = new BsonDocument
        {
            { "position", import.Position }, { "accepted", import.Accepted }, { "duplicate", import.Duplicate }, { "rejected", import.Rejected }, { "problems", problems },
        };
        progress = import.Total is { } total ? progress.Add("total", total) : progress.Add("total", (string?)null);
        return import.Rate is { } rate ? progress.Add("rate", rate) : progress.Add("rate", (string?)null);
    }

    private ImportRecord ReadImport(BsonView document)
    {
        var problems = new List<ImportProblem>();
        foreach (var element in document["problems"u8].ToView())
        {
            var problem = element.ToView();
            problems.Add(new ImportProblem(problem["source"u8].ToString(), problem["reason"u8].ToString()));
        }

        return new ImportRecord(
            document["_id"u8].ToString(), document["urls"u8].ToStrings(), document["folder"u8] is { IsNull: false } folder ? folder.ToString() : null,
            document["tags"u8].ToStrings(), document["createdAt"u8].ToDate(), document["total"u8] is { IsNull: false } total ? total.ToInt64() : null,
            document["position"u8].ToInt64(), document["accepted"u8].ToInt64(), document["duplicate"u8].ToInt64(), document["rejected"u8].ToInt64(),
            document["done"u8].ToBoolean(), problems, document.TryGet("rate"u8, out var rate) && !rate.IsNull ? rate.ToDouble() : null)
        {
            Cancelled = document.TryGet("cancelled"u8, out var cancelled) && cancelled.ToBoolean(),
            UpdatedAt = document.TryGet("updatedAt"u8, out var updatedAt) ? updatedAt.ToDate() : document["createdAt"u8].ToDate(),
            IsLeased = document["leasedUntil"u8].ToDate() > clock.GetUtcNow(),
        };
    }
}
