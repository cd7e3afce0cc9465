using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

internal sealed partial class MongoWorkLedger
{
    /// <summary>How often to look again when others took all that was found.</summary>
    private const int Races = 3;

    public async Task<IReadOnlyList<WorkDelivery>> LeaseAsync(string model, IReadOnlyCollection<ImageId> ids, TimeSpan lease, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await TakeAsync(model, [.. ids.Distinct()], lease, cancellationToken).ConfigureAwait(false);

    public Task<IReadOnlyList<WorkDelivery>> LeaseDueAsync(string model, int max, TimeSpan lease, CancellationToken cancellationToken) => FindAndTakeAsync(
        model, new BsonDocument { { "model", model }, { "pull", AtMost(clock.GetUtcNow()) } }, Names("pull", "published"), max, lease, cancellationToken);

    public Task<IReadOnlyList<WorkDelivery>> LeaseWaitingAsync(string model, int max, TimeSpan age, TimeSpan lease, CancellationToken cancellationToken) => FindAndTakeAsync(
        model,
        new BsonDocument { { "model", model }, { "state", Waiting }, { "published", AtMost(clock.GetUtcNow() - age) }, { "pull", Exists(false) } },
        Names("published"), max, lease, cancellationToken);

    public async Task<bool> AnyAsync(string model, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return await AnyAsync(new BsonDocument { { "model", model }, { "state", Waiting }, { "pull", Exists(false) } }).ConfigureAwait(false)
            || await AnyAsync(new BsonDocument { { "model", model }, { "pull", AtMost(now) } }).ConfigureAwait(false);

        async Task<bool> AnyAsync(BsonDocument filter) => (await mongo.FindAsync(
            Collection, filter, new FindOptions<BsonDocument> { Limit = 1, Projection = Names("_id") }, _ => true, cancellationToken).ConfigureAwait(false)).Count > 0;
    }

    public async Task<IReadOnlySet<ImageId>> FindDeadAsync(string model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var dead = new HashSet<ImageId>();
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            dead.UnionWith(await mongo.FindAsync(
                Collection, new BsonDocument { { "_id", In(chunk.Select(id => KeyOf(model, id))) }, { "state", Dead } },
                Only("image"), document => document["image"].ToId(), cancellationToken).ConfigureAwait(false));
        }

        return dead;
    }

    public async Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var leased = await CountAsync(new BsonDocument { { "model", model }, { "state", Leased } }).ConfigureAwait(false);
        var ended = leased == 0 ? 0 : await CountAsync(new BsonDocument { { "model", model }, { "pull", AtMost(now) }, { "state", Leased } }).ConfigureAwait(false);
        return new QueueCounts(
            await CountAsync(new BsonDocument { { "model", model }, { "state", Waiting } }).ConfigureAwait(false) + ended,
            Math.Max(leased - ended, 0),
            await CountAsync(new BsonDocument { { "model", model }, { "state", Dead } }).ConfigureAwait(false));

        Task<long> CountAsync(BsonDocument filter) => mongo.CountAsync(Collection, filter, cancellationToken);
    }

    private async Task<IReadOnlyList<WorkDelivery>> FindAndTakeAsync(
        string model, BsonDocument filter, BsonDocument sort, int max, TimeSpan lease, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        for (var race = 0; race < Races; race++)
        {
            var found = await mongo.FindAsync(
                Collection, filter, new FindOptions<BsonDocument> { Sort = sort, Limit = max, Projection = Names("image") }, document => document["image"].ToId(), cancellationToken).ConfigureAwait(false);
            if (found.Count == 0)
            {
                break;
            }

            var taken = await TakeAsync(model, found, lease, cancellationToken).ConfigureAwait(false);
            if (taken.Count > 0)
            {
                return taken;
            }
        }

        return [];
    }

    /// <returns>Those of the pictures that could be leased, in their order.</returns>
    private async Task<IReadOnlyList<WorkDelivery>> TakeAsync(string model, List<ImageId> ids, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var proof = Guid.NewGuid().ToString("N");
        var keys = In(ids.Select(id => KeyOf(model, id)));
        // What is leased has a time: the end of its lease. What is dead has none, but is dead.
        BsonArray free = [new BsonDocument { { "state", Waiting }, { "pull", Exists(false) } }, new BsonDocument { { "pull", AtMost(now) } }];
        var filter = new BsonDocument { { "_id", keys }, { "$or", free } };
        var update = new BsonDocument
        {
            { "$set", new BsonDocument { { "state", Leased }, { "lease", proof }, { "pull", now + lease } } },
            { "$inc", new BsonDocument { { "attempts", 1 } } },
        };
        if ((await mongo.WriteAsync(Collection, [Update(filter, update)], cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            return [];
        }

        var taken = await mongo.FindAsync(
            Collection, new BsonDocument { { "_id", keys }, { "lease", proof } }, Only("image", "attempts", "trace"),
            document => new WorkDelivery(
                model, new WorkItem(document["image"].ToId(), document.TryGetValue("trace", out var trace) ? trace.AsString : null), document["attempts"].ToInt32(), proof),
            cancellationToken).ConfigureAwait(false);
        var byId = taken.ToDictionary(delivery => delivery.Item.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    private static BsonDocument AtMost(DateTimeOffset time) => new() { { "$lte", time } };
}
