using System.Runtime.CompilerServices;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// This part: the change feed.
/// <code>
/// operation time T, then the load: all vectors, in the order in which they were written
///                                  then the change stream from T on: what changed during the load comes once more
/// </code>
/// A reader that was away goes on by its resume token, as long as the server's log reaches back to it; else it loads anew.
/// </summary>
internal sealed partial class MongoImageStore
{
    /// <summary>All but what is larger than the vector and of no use to an index.</summary>
    private static BsonDocumentProjectionDefinition<BsonDocument, FeedRow> WholeRow => new(
        new BsonDocument("fingerprint", 0), new FeedRowSerializer());

    public async IAsyncEnumerable<ChangePage> FollowAsync(
        ModelKey model, ShardKey shard, ChangeCursor since, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var collection = await schema.EnsureCollectionAsync(model, cancellationToken);
        var readAt = await mongo.AskAsync(cancellationToken);
        var position = MongoFeedPosition.Parse(since.Position);
        var lost = position is null && since.Position is not null ? "its position is none of MongoDB's" : null;
        while (true)
        {
            if (position is null)
            {
                position = MongoFeedPosition.Begin(await mongo.FindOperationTimeAsync(cancellationToken));
            }

            if (lost is not null)
            {
                yield return Page([], caughtUp: false) with { Restart = lost };
            }

            List<VectorChange> tail = [];
            while (position.Last is { } last)
            {
                var rows = await LoadAsync(collection, shard, last, limit, cancellationToken);
                if (rows.Count <= limit)
                {
                    // Given with what the stream says first: only then nothing is missed.
                    position = position.Loaded();
                    tail = rows.ConvertAll(row => row.Change);
                    break;
                }

                position = position.After(rows[limit - 1]);
                yield return Page(rows.GetRange(0, limit).ConvertAll(row => row.Change), caughtUp: false);
            }

            using var stream = new MongoChangeStream(mongo, collection, shard, position, limit, options.Value.FeedWait);
            while (await stream.NextAsync(cancellationToken) is var (changes, isEnd, token))
            {
                if (tail.Count + changes.Count > limit)
                {
                    yield return Page(tail, caughtUp: false);
                    tail = [];
                }

                position = position.At(token);
                yield return Page([.. tail, .. changes], isEnd);
                tail = [];
                readAt = mongo.Clock.GetUtcNow();
            }

            (position, lost) = (null, stream.Lost);
        }

        ChangePage Page(IReadOnlyList<VectorChange> changes, bool caughtUp) =>
            new(changes, new ChangeCursor(position.ToString()), caughtUp, readAt);
    }

    /// <returns>At most one row more than <paramref name="limit"/>.</returns>
    private Task<List<FeedRow>> LoadAsync(
        string collection, ShardKey shard, (long UpdatedAt, ImageId Id) last, int limit, CancellationToken cancellationToken)
    {
        var at = new BsonDateTime(last.UpdatedAt);
        var filter = new BsonDocument
        {
            { "updatedAt", new BsonDocument("$gte", at) },
            {
                "$or", new BsonArray
                {
                    new BsonDocument("updatedAt", new BsonDocument("$gt", at)),
                    new BsonDocument("_id", new BsonDocument { { "$gt", last.Id } }),
                }
            },
        };
        if (shard.Shards > 1)
        {
            filter.Add("bucket", new BsonDocument("$mod", new BsonArray { shard.Shards, shard.Shard }));
        }

        return mongo.FindAsync(
            collection,
            filter,
            new FindOptions<BsonDocument, FeedRow>
            {
                Sort = new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } },
                Hint = "feed",
                Limit = limit + 1,
                BatchSize = limit + 1,
                Projection = WholeRow,
            },
            cancellationToken);
    }
}
