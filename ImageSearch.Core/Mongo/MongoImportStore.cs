using ImageSearch.Core.Imports;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Imports in MongoDB; what was asked for is written once, progress often.</summary>
internal sealed class MongoImportStore(MongoClient client, MongoSchema schema, TimeProvider clock) : IImportStore
{
    /// <summary>Workers that take imports at the same time: each round one of them gets what all saw.</summary>
    private const int MaximumRounds = 100;

    public async Task AddAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var fields = Progress(import)
            .Add("done", import.Done).Add("urls", import.Urls).Add("folder", import.Folder).Add("tags", import.Tags).Add("createdAt", import.CreatedAt)
            .Add("leasedUntil", DateTimeOffset.UnixEpoch);
        // The filter matches nothing that is there: an import that is there keeps its fields.
        var insertion = Update(
            new BsonDocument { { "_id", import.Id }, { "added", new BsonDocument { { "$exists", false } } } },
            new BsonDocument { { "$set", fields }, { "$currentDate", new BsonDocument { { "added", new BsonDocument { { "$type", "timestamp" } } } } } });
        await client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Imports, [insertion.Add("upsert", true)], cancellationToken).ConfigureAwait(false);
    }

    public async Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await client.FindAsync(MongoSchema.Imports, new BsonDocument { { "_id", id } }, [], ReadImport, cancellationToken).ConfigureAwait(false);
        return found is [var import] ? import : null;
    }

    public async Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var open = new BsonDocument { { "done", false }, { "leasedUntil", new BsonDocument { { "$lte", clock.GetUtcNow() } } } };
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

            var leased = await client.WriteAsync(
                new BsonDocument
                {
                    { "findAndModify", MongoSchema.Imports }, { "query", new BsonDocument(open.Bytes).Add("_id", id) },
                    { "update", new BsonDocument { { "$set", new BsonDocument { { "worker", worker }, { "leasedUntil", clock.GetUtcNow() + lease } } } } }, { "new", true },
                },
                reply => reply["value"u8] is { IsNull: false } value ? ReadImport(value.ToView()) : null,
                cancellationToken).ConfigureAwait(false);
            if (leased is not null)
            {
                return leased;
            }
        }

        return null;
    }

    public async Task<bool> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        var update = new BsonDocument
        {
            { "$set", Progress(import).Add("leasedUntil", import.Done ? DateTimeOffset.UnixEpoch : clock.GetUtcNow() + lease) },
            { "$max", new BsonDocument { { "done", import.Done } } }, // done stays done
        };
        return await UpdateAsync(new BsonDocument { { "_id", import.Id }, { "worker", worker } }, update, cancellationToken).ConfigureAwait(false);
    }

    public Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken) => UpdateAsync(
        new BsonDocument { { "_id", id }, { "worker", worker }, { "done", false } },
        new BsonDocument { { "$set", new BsonDocument { { "leasedUntil", DateTimeOffset.UnixEpoch } } }, { "$unset", new BsonDocument { { "worker", 1 } } } },
        cancellationToken);

    private async Task<bool> UpdateAsync(BsonDocument filter, BsonDocument update, CancellationToken cancellationToken) =>
        (await client.WriteManyAsync(MongoWriteKind.Update, MongoSchema.Imports, [Update(filter, update)], cancellationToken).ConfigureAwait(false)).Count == 1;

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
        return import.Total is { } total ? progress.Add("total", total) : progress.Add("total", (string?)null);
    }

    private static ImportRecord ReadImport(BsonView document)
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
            document["done"u8].ToBoolean(), problems);
    }
}
