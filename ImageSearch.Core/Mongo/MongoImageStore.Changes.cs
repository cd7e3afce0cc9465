using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Store;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// This part: the change feed, "everything that changed since", by the server's clock. A write gets its time a little before it can be seen,
/// so each page looks back behind what it knows and leaves out what it remembers to have given:
/// <code>
///         position                     time S, asked before the page is read
/// ------------|------ overlap -----------|---> updatedAt
///  given, never  read again, what is     whatever comes now is found by the next page
///  read again    remembered is left out
/// </code>
/// The next position is S minus the overlap, or the last row given when that is earlier (loading). The position alone is enough to go on from.
/// </summary>
internal sealed partial class MongoImageStore
{
    /// <summary>Rows that are read for nothing because they were given already: more of them are left out by the index.</summary>
    private const int CheapRepeats = 8;

    public async Task<ChangePage> ReadChangesAsync(ModelKey model, ShardKey shard, ChangeCursor since, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var collection = await schema.FindCollectionAsync(model, cancellationToken).ConfigureAwait(false);
        return await client.RunAsync(connection => ReadChanges(connection, collection, shard, since, limit), cancellationToken).ConfigureAwait(false);
    }

    private ChangePage ReadChanges(MongoConnection connection, string? collection, ShardKey shard, ChangeCursor since, int limit)
    {
        var readAt = client.Ask(connection).LocalTime;
        var settled = readAt.ToUnixTimeMilliseconds() - (long)options.Value.FeedOverlap.TotalMilliseconds;
        // A position in the future is one of another server, or of a clock that was put back: begin again.
        var position = since.Position > readAt.ToUnixTimeMilliseconds() ? 0 : since.Position;
        var memory = position == since.Position && since.Memory is FeedMemory known ? known : FeedMemory.Empty;
        if (collection is null)
        {
            return new ChangePage([], since, CaughtUp: true, readAt);
        }

        // Reading whole rows in the order of time is what loading needs; what is mostly known already is looked up in the index first.
        var whole = !memory.CaughtUp && memory.Given.Count <= limit / CheapRepeats;
        var rows = connection.Find(collection, FeedFilter(position, shard), FeedOptions(memory.Given.Count + limit + 1L, whole), ReadRow(whole));
        rows.RemoveAll(row => memory.Has(row));
        var caughtUp = rows.Count <= limit;
        if (!caughtUp)
        {
            rows.RemoveRange(limit, rows.Count - limit);
        }

        var next = Math.Max(position, caughtUp ? settled : Math.Min(settled, rows[^1].UpdatedAt));
        rows = whole || rows.Count == 0 ? rows : Fetch(connection, collection, rows);
        return new ChangePage([.. rows.Select(row => row.Change)], new ChangeCursor(next, memory.Next(rows, next, caughtUp)), caughtUp, readAt);
    }

    private static BsonDocument FeedFilter(long position, ShardKey shard)
    {
        var filter = new BsonDocument { { "updatedAt", new BsonDocument { { "$gte", DateTimeOffset.FromUnixTimeMilliseconds(position) } } } };
        return shard.Shards == 1 ? filter : filter.Add("bucket", new BsonDocument { { "$mod", new BsonArray { shard.Shards, shard.Shard } } });
    }

    private static BsonDocument FeedOptions(long limit, bool whole)
    {
        var options = new BsonDocument
        {
            { "sort", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } } }, { "limit", limit }, { "batchSize", limit },
        };
        // Answered from the index alone, which is why its last field is asked for and no other.
        return whole ? options : options.Add("projection", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 }, { "rev", 1 } });
    }

    private static List<FeedRow> Fetch(MongoConnection connection, string collection, List<FeedRow> rows)
    {
        var fetched = new List<FeedRow>(rows.Count);
        foreach (var piece in rows.Chunk(MaximumIds))
        {
            fetched.AddRange(connection.Find(
                collection, new BsonDocument { { "_id", new BsonDocument { { "$in", piece.Select(row => row.Id) } } } }, new BsonDocument { { "batchSize", MaximumIds } }, ReadRow(whole: true)));
        }

        return fetched;
    }

    private static BsonDecoder<FeedRow> ReadRow(bool whole)
    {
        var tags = new TagLists();
        return document =>
        {
            ImageId id = default;
            var (updatedAt, revision) = (0L, 0);
            float[] vector = [];
            IReadOnlyList<string> list = [];
            foreach (var element in document)
            {
                switch (element.Name)
                {
                    case var name when name.SequenceEqual("_id"u8):
                        id = element.ToId();
                        break;
                    case var name when name.SequenceEqual("updatedAt"u8):
                        updatedAt = element.ToMilliseconds();
                        break;
                    case var name when name.SequenceEqual("rev"u8):
                        revision = element.ToInt32();
                        break;
                    case var name when name.SequenceEqual("vector"u8):
                        vector = element.ToVector();
                        break;
                    case var name when name.SequenceEqual("tags"u8):
                        list = tags.Read(element);
                        break;
                    default:
                        break;
                }
            }

            return new FeedRow(id, updatedAt, revision, whole ? new VectorChange(id, vector, vector.Length == 0 ? [] : list) : default);
        };
    }
}
