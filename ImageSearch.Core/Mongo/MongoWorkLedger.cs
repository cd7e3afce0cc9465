using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Queue;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// The ledger as the collection <c>work</c>:
/// <code>
/// { _id: "model/id", model, image: id, state: 0 waiting | 1 leased | 2 dead, attempts, published: date,
///   pull?: date from which it may be taken without a message: due time of a retry, end of a lease, 1970 for what was returned
///          (first of all); absent while a message is to bring it, and in a dead letter,
///   lease?: proof of the lease, trace?: W3C trace context, reason?: of the last failure }
/// </code>
/// Every change is one update per document whose filter says what the document must look like, so any number of processes may race.
/// </summary>
internal sealed partial class MongoWorkLedger(MongoClient client, TimeProvider clock) : IWorkLedger
{
    internal const string Collection = "work";

    private const int Waiting = 0;
    private const int Leased = 1;
    private const int Dead = 2;

    /// <summary>Ids of one statement: far below what a command may hold.</summary>
    private const int MaximumIds = 10_000;

    private readonly MongoWorkIndexes _indexes = new(client);

    public async Task<IReadOnlyList<LedgerEntry>> EnterAsync(
        IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync(cancellationToken).ConfigureAwait(false);
        List<LedgerEntry> entries = [.. items.DistinctBy(item => item.Id).SelectMany(item => models.Distinct().Select(model => new LedgerEntry(model, item)))];
        var now = clock.GetUtcNow();
        // Where the document is there and not dead, the filter finds nothing and the insertion meets its key.
        var writes = await client.WriteManyAsync(MongoWriteKind.Update, Collection, entries.ConvertAll(entry => Entering(entry, now)), cancellationToken).ConfigureAwait(false);
        return [.. entries.Select((entry, i) => entry with { WasDead = !writes.Upserted.Contains(i) }).Where((_, i) => !writes.Duplicates.Contains(i))];
    }

    public async Task OfferAsync(IReadOnlyCollection<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await client.WriteManyAsync(
            MongoWriteKind.Update,
            Collection,
            [.. entries.Chunk(MaximumIds).Select(chunk => Update(
                new BsonDocument { { "_id", In(chunk.Select(entry => KeyOf(entry.Model, entry.Item.Id))) }, { "state", Waiting }, { "pull", Exists(false) } },
                new BsonDocument { { "$set", new BsonDocument { { "pull", now } } } }))],
            cancellationToken).ConfigureAwait(false);
    }

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => client.WriteManyAsync(
        MongoWriteKind.Delete, Collection, [.. HeldBy(deliveries).Select(filter => new BsonDocument { { "q", filter }, { "limit", 0 } })], cancellationToken);

    public async Task<bool> RetryAsync(WorkDelivery delivery, string reason, TimeSpan delay, CancellationToken cancellationToken) =>
        await SettleAsync(
            [delivery],
            new BsonDocument
            {
                { "$set", new BsonDocument { { "state", Waiting }, { "reason", reason }, { "pull", clock.GetUtcNow() + delay } } },
                { "$unset", Names("lease") },
            },
            cancellationToken).ConfigureAwait(false) == 1;

    public Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => SettleAsync(
        deliveries,
        new BsonDocument
        {
            { "$set", new BsonDocument { { "state", Waiting }, { "pull", DateTimeOffset.UnixEpoch } } },
            { "$inc", new BsonDocument { { "attempts", -1 } } },
            { "$unset", Names("lease") },
        },
        cancellationToken);

    public async Task<bool> DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) =>
        await SettleAsync(
            [delivery],
            new BsonDocument { { "$set", new BsonDocument { { "state", Dead }, { "reason", reason } } }, { "$unset", Names("lease", "pull") } },
            cancellationToken).ConfigureAwait(false) == 1;

    public Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, TimeSpan lease, CancellationToken cancellationToken) => SettleAsync(
        deliveries, new BsonDocument { { "$set", new BsonDocument { { "pull", clock.GetUtcNow() + lease } } } }, cancellationToken);

    public async Task<IReadOnlyList<string>> DiscardAsync(ImageId id, CancellationToken cancellationToken)
    {
        var dead = await client.FindAsync(
            Collection, new BsonDocument { { "image", id }, { "state", Dead } }, Only("model"), document => document["model"u8].ToString(), cancellationToken).ConfigureAwait(false);
        await client.WriteManyAsync(
            MongoWriteKind.Delete, Collection, [new BsonDocument { { "q", new BsonDocument { { "image", id } } }, { "limit", 0 } }], cancellationToken).ConfigureAwait(false);
        return dead;
    }

    public Task RemoveModelAsync(string model, CancellationToken cancellationToken) => client.WriteManyAsync(
        MongoWriteKind.Delete, Collection, [new BsonDocument { { "q", new BsonDocument { { "model", model } } }, { "limit", 0 } }], cancellationToken);

    private static BsonDocument Entering(LedgerEntry entry, DateTimeOffset now)
    {
        var (model, item, _) = entry;
        var set = new BsonDocument(512) { { "model", model }, { "image", item.Id }, { "state", Waiting }, { "attempts", 0 }, { "published", now } };
        if (item.TraceParent is { } trace)
        {
            set.Add("trace", trace);
        }

        var update = new BsonDocument(512) { { "$set", set }, { "$unset", item.TraceParent is null ? Names("lease", "pull", "reason", "trace") : Names("lease", "pull", "reason") } };
        return new BsonDocument(1024) { { "q", new BsonDocument { { "_id", KeyOf(model, item.Id) }, { "state", Dead } } }, { "u", update }, { "upsert", true } };
    }

    /// <returns>How many were still held.</returns>
    private async Task<long> SettleAsync(IReadOnlyCollection<WorkDelivery> deliveries, BsonDocument update, CancellationToken cancellationToken)
    {
        var writes = await client.WriteManyAsync(
            MongoWriteKind.Update, Collection, [.. HeldBy(deliveries).Select(filter => Update(filter, update))], cancellationToken).ConfigureAwait(false);
        return writes.Count;
    }

    private static IEnumerable<BsonDocument> HeldBy(IEnumerable<WorkDelivery> deliveries) => deliveries
        .GroupBy(delivery => delivery.LeaseId)
        .SelectMany(group => group.Chunk(MaximumIds).Select(chunk =>
            new BsonDocument { { "_id", In(chunk.Select(delivery => KeyOf(delivery.Model, delivery.Item.Id))) }, { "lease", group.Key } }));

    private static string KeyOf(string model, ImageId id) => $"{model}/{id}";

    private static BsonDocument Update(BsonDocument filter, BsonDocument update) => new(1024) { { "q", filter }, { "u", update }, { "multi", true } };

    private static BsonDocument In(IEnumerable<string> keys) => new() { { "$in", keys } };

    private static BsonDocument Exists(bool there) => new() { { "$exists", there } };

    private static BsonDocument Names(params ReadOnlySpan<string> names)
    {
        var document = new BsonDocument();
        foreach (var name in names)
        {
            document.Add(name, 1);
        }

        return document;
    }

    private static BsonDocument Only(params ReadOnlySpan<string> names) => new() { { "projection", Names(names) } };
}
