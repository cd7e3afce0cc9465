using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

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
        var readAt = await mongo.AskAsync(cancellationToken).ConfigureAwait(false);
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
        var rows = await mongo.FindAsync(
            collection, FeedFilter(position, shard), FeedOptions((int)Math.Min(memory.Given.Count + limit + 1L, int.MaxValue), whole), cancellationToken).ConfigureAwait(false);
        rows.RemoveAll(row => memory.Has(row));
        var caughtUp = rows.Count <= limit;
        if (!caughtUp)
        {
            rows.RemoveRange(limit, rows.Count - limit);
        }

        var next = Math.Max(position, caughtUp ? settled : Math.Min(settled, rows[^1].UpdatedAt));
        rows = whole || rows.Count == 0 ? rows : await FetchAsync(collection, rows, cancellationToken).ConfigureAwait(false);
        return new ChangePage([.. rows.Select(row => row.Change)], new ChangeCursor(next, memory.Next(rows, next, caughtUp)), caughtUp, readAt);
    }

    /// <summary>All but what is larger than the vector and of no use to an index.</summary>
    private static BsonDocumentProjectionDefinition<BsonDocument, FeedRow> WholeRow => new(new BsonDocument("fingerprint", 0), new FeedRowSerializer());

    private static BsonDocument FeedFilter(long position, ShardKey shard)
    {
        var filter = new BsonDocument { { "updatedAt", new BsonDocument("$gte", new BsonDateTime(position)) } };
        return shard.Shards == 1 ? filter : filter.Add("bucket", new BsonDocument("$mod", new BsonArray { shard.Shards, shard.Shard }));
    }

    private static FindOptions<BsonDocument, FeedRow> FeedOptions(int limit, bool whole) => new()
    {
        Sort = new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } },
        Limit = limit,
        BatchSize = limit,
        // Answered from the index alone, which is why its last field is asked for and no other.
        Projection = whole
            ? WholeRow
            : new BsonDocumentProjectionDefinition<BsonDocument, FeedRow>(new BsonDocument { { "updatedAt", 1 }, { "_id", 1 }, { "rev", 1 } }, new FeedRowSerializer()),
    };

    private async Task<List<FeedRow>> FetchAsync(string collection, List<FeedRow> rows, CancellationToken cancellationToken)
    {
        var fetched = new List<FeedRow>(rows.Count);
        foreach (var piece in rows.Chunk(MaximumIds))
        {
            fetched.AddRange(await mongo.FindAsync(
                collection,
                new BsonDocument { { "_id", new BsonDocument { { "$in", piece.Select(row => row.Id) } } } },
                new FindOptions<BsonDocument, FeedRow> { BatchSize = MaximumIds, Projection = WholeRow },
                cancellationToken).ConfigureAwait(false));
        }

        return fetched;
    }
}
