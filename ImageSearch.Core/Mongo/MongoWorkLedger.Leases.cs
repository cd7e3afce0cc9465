using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Queue;

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
        await _indexes.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return await client.RunAsync(
            connection =>
            {
                BsonDocument one = new() { { "limit", 1 }, { "projection", Names("_id") } };
                return connection.Find(Collection, new BsonDocument { { "model", model }, { "state", Waiting }, { "pull", Exists(false) } }, one, _ => true).Count > 0
                    || connection.Find(Collection, new BsonDocument { { "model", model }, { "pull", AtMost(now) } }, one, _ => true).Count > 0;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlySet<ImageId>> FindDeadAsync(string model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var dead = new HashSet<ImageId>();
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            dead.UnionWith(await client.FindAsync(
                Collection, new BsonDocument { { "_id", In(chunk.Select(id => KeyOf(model, id))) }, { "state", Dead } },
                Only("image"), document => document["image"u8].ToId(), cancellationToken).ConfigureAwait(false));
        }

        return dead;
    }

    public async Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return await client.RunAsync(
            connection =>
            {
                var leased = Count(connection, new BsonDocument { { "model", model }, { "state", Leased } });
                var ended = leased == 0 ? 0 : Count(connection, new BsonDocument { { "model", model }, { "pull", AtMost(now) }, { "state", Leased } });
                return new QueueCounts(
                    Count(connection, new BsonDocument { { "model", model }, { "state", Waiting } }) + ended,
                    Math.Max(leased - ended, 0),
                    Count(connection, new BsonDocument { { "model", model }, { "state", Dead } }));
            },
            cancellationToken).ConfigureAwait(false);

        static long Count(MongoConnection connection, BsonDocument filter) =>
            connection.Read(new BsonDocument { { "count", Collection }, { "query", filter } }, reply => reply["n"u8].ToInt64());
    }

    private async Task<IReadOnlyList<WorkDelivery>> FindAndTakeAsync(
        string model, BsonDocument filter, BsonDocument sort, int max, TimeSpan lease, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync(cancellationToken).ConfigureAwait(false);
        for (var race = 0; race < Races; race++)
        {
            var found = await client.FindAsync(
                Collection, filter, new BsonDocument { { "sort", sort }, { "limit", max }, { "projection", Names("image") } }, document => document["image"u8].ToId(), cancellationToken).ConfigureAwait(false);
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
        var keys = new BsonArray(ids.Count * 128);
        foreach (var id in ids)
        {
            keys.Add(KeyOf(model, id));
        }

        // What is leased has a time: the end of its lease. What is dead has none, but is dead.
        BsonArray free = [];
        free.Add(new BsonDocument { { "state", Waiting }, { "pull", Exists(false) } });
        free.Add(new BsonDocument { { "pull", AtMost(now) } });
        var filter = new BsonDocument(keys.Length + 256) { { "_id", new BsonDocument(keys.Length + 64) { { "$in", keys } } }, { "$or", free } };
        var update = new BsonDocument
        {
            { "$set", new BsonDocument { { "state", Leased }, { "lease", proof }, { "pull", now + lease } } },
            { "$inc", new BsonDocument { { "attempts", 1 } } },
        };
        var taken = await client.RunAsync(
            connection => connection.WriteMany(MongoWriteKind.Update, Collection, [Update(filter, update)]).Count == 0 ? [] : connection.Find(
                Collection,
                new BsonDocument(keys.Length + 256) { { "_id", new BsonDocument(keys.Length + 64) { { "$in", keys } } }, { "lease", proof } },
                Only("image", "attempts", "trace"),
                document => new WorkDelivery(
                    model, new WorkItem(document["image"u8].ToId(), document.TryGet("trace"u8, out var trace) ? trace.ToString() : null), document["attempts"u8].ToInt32(), proof)),
            cancellationToken).ConfigureAwait(false);
        var byId = taken.ToDictionary(delivery => delivery.Item.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    private static BsonDocument AtMost(DateTimeOffset time) => new() { { "$lte", time } };
}
