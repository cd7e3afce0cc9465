using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using MongoDB.Bson;
using MongoDB.Driver;

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
internal sealed partial class MongoWorkLedger(MongoConnection mongo, TimeProvider clock) : IWorkLedger
{
    internal const string Collection = "work";

    private const int Waiting = 0;
    private const int Leased = 1;
    private const int Dead = 2;

    /// <summary>Ids of one statement: far below what a command may hold.</summary>
    private const int MaximumIds = 10_000;

    private volatile bool _ready;

    public async Task<IReadOnlyList<LedgerEntry>> EnterAsync(
        IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        List<LedgerEntry> entries = [.. items.DistinctBy(item => item.Id).SelectMany(item => models.Distinct().Select(model => new LedgerEntry(model, item)))];
        var now = clock.GetUtcNow();
        // Where the document is there and not dead, the filter finds nothing and the insertion meets its key.
        var writes = await mongo.WriteAsync(Collection, entries.ConvertAll(entry => Entering(entry, now)), cancellationToken).ConfigureAwait(false);
        return [.. entries.Select((entry, i) => entry with { WasDead = !writes.Upserted.Contains(i) }).Where((_, i) => !writes.Duplicates.Contains(i))];
    }

    public async Task OfferAsync(IReadOnlyCollection<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await mongo.WriteAsync(Collection,
            [.. entries.Chunk(MaximumIds).Select(chunk => Update(
                new BsonDocument { { "_id", In(chunk.Select(entry => KeyOf(entry.Model, entry.Item.Id))) }, { "state", Waiting }, { "pull", Exists(false) } },
                new BsonDocument { { "$set", new BsonDocument { { "pull", now } } } }))],
            cancellationToken).ConfigureAwait(false);
    }

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => mongo.WriteAsync(Collection, [.. HeldBy(deliveries).Select(filter => new DeleteManyModel<BsonDocument>(filter))], cancellationToken);

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
        var dead = await mongo.FindAsync(
            Collection, new BsonDocument { { "image", id }, { "state", Dead } }, Only("model"), document => document["model"].AsString, cancellationToken).ConfigureAwait(false);
        await mongo.WriteAsync(Collection, [new DeleteManyModel<BsonDocument>(new BsonDocument { { "image", id } })], cancellationToken).ConfigureAwait(false);
        return dead;
    }

    public Task RemoveModelAsync(string model, CancellationToken cancellationToken) => mongo.WriteAsync(Collection, [new DeleteManyModel<BsonDocument>(new BsonDocument("model", model))], cancellationToken);

    private static UpdateOneModel<BsonDocument> Entering(LedgerEntry entry, DateTimeOffset now)
    {
        var (model, item, _) = entry;
        var set = new BsonDocument { { "model", model }, { "image", item.Id }, { "state", Waiting }, { "attempts", 0 }, { "published", now } };
        if (item.TraceParent is { } trace)
        {
            set.Add("trace", trace);
        }

        var update = new BsonDocument { { "$set", set }, { "$unset", item.TraceParent is null ? Names("lease", "pull", "reason", "trace") : Names("lease", "pull", "reason") } };
        return new UpdateOneModel<BsonDocument>(new BsonDocument { { "_id", KeyOf(model, item.Id) }, { "state", Dead } }, update) { IsUpsert = true };
    }

    /// <returns>How many were still held.</returns>
    private async Task<long> SettleAsync(IReadOnlyCollection<WorkDelivery> deliveries, BsonDocument update, CancellationToken cancellationToken)
    {
        var writes = await mongo.WriteAsync(Collection, [.. HeldBy(deliveries).Select(filter => Update(filter, update))], cancellationToken).ConfigureAwait(false);
        return writes.Count;
    }

    private static IEnumerable<BsonDocument> HeldBy(IEnumerable<WorkDelivery> deliveries) => deliveries
        .GroupBy(delivery => delivery.LeaseId)
        .SelectMany(group => group.Chunk(MaximumIds).Select(chunk =>
            new BsonDocument { { "_id", In(chunk.Select(delivery => KeyOf(delivery.Model, delivery.Item.Id))) }, { "lease", group.Key } }));

    private static string KeyOf(string model, ImageId id) => $"{model}/{id}";

    private static UpdateManyModel<BsonDocument> Update(BsonDocument filter, BsonDocument update) => new(filter, update);

    private static BsonDocument In(IEnumerable<string> keys) => new() { { "$in", keys } };

    private static BsonDocument Exists(bool there) => new("$exists", there);

    private static BsonDocument Names(params string[] names) => [.. names.Select(name => new BsonElement(name, 1))];

    private static FindOptions<BsonDocument> Only(params string[] names) => new() { Projection = Names(names) };

    /// <summary>Makes the indexes before the first use.</summary>
    private async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!_ready)
        {
            await MongoIndexes.EnsureAsync(mongo, Collection, Indexes, cancellationToken).ConfigureAwait(false);
            _ready = true;
        }
    }

    private static CreateIndexModel<BsonDocument>[] Indexes =>
    [
        // Counting, and what waits longest.
        MongoIndexes.Of("model_state_published", new BsonDocument { { "model", 1 }, { "state", 1 }, { "published", 1 } }),
        // What may be taken without a message: few of many, so the others are not in it.
        MongoIndexes.OfThoseWith("pull", "model_pull_published", new BsonDocument { { "model", 1 }, { "pull", 1 }, { "published", 1 } }),
        MongoIndexes.Of("image", new BsonDocument("image", 1)),
    ];
}
