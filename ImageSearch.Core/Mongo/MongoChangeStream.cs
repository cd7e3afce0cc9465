using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// What changes in a collection of vectors, of one shard, over the driver's change stream, which goes on by itself after an election.
/// </summary>
internal sealed class MongoChangeStream(
    MongoConnection mongo, string collection, ShardKey shard, MongoFeedPosition from, int limit, TimeSpan wait) : IDisposable
{
    /// <summary>A reply has at most 16 MB: a larger half may have been cut off there, and says nothing about what follows.</summary>
    private const long SurelyWhole = 8 << 20;

    /// <summary>What a change has besides its vector, generously.</summary>
    private const int OverheadBytes = 2048;

    private static readonly string[] Ends = ["invalidate", "drop", "rename", "dropDatabase"];

    private IChangeStreamCursor<BsonDocument>? _cursor;

    /// <summary>Why it cannot go on; null while it can.</summary>
    public string? Lost { get; private set; }

    /// <summary>Waits for changes.</summary>
    /// <returns>
    /// Nothing changed for a while: an empty page. Null when it is <see cref="Lost"/>. Whether nothing followed; where to go on.
    /// </returns>
    public async Task<(List<VectorChange> Changes, bool IsEnd, BsonDocument? Token)?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await mongo.RunAsync(async database =>
            {
                _cursor ??= await database.GetCollection<BsonDocument>(collection).WatchAsync(Pipeline(), Options(), cancellationToken);
                if (!await _cursor.MoveNextAsync(cancellationToken))
                {
                    Lost = "its change stream has ended";
                    return default((List<VectorChange>, bool, BsonDocument?)?);
                }

                return Read([.. _cursor.Current], _cursor.GetResumeToken());
            });
        }
        catch (MongoUnavailableException e) when (MongoErrors.IsFeedLost(e))
        {
            Lost = e.Message;
            return null;
        }
    }

    public void Dispose() => _cursor?.Dispose();

    private (List<VectorChange> Changes, bool IsEnd, BsonDocument? Token)? Read(List<BsonDocument> events, BsonDocument? token)
    {
        var changes = new List<VectorChange>(events.Count);
        var bytes = 0L;
        foreach (var change in events)
        {
            var operation = change["operationType"].AsString;
            if (Ends.Contains(operation))
            {
                Lost = $"its vectors were dropped ({operation})";
                return null;
            }

            if (operation == "delete")
            {
                var id = change["documentKey"]["_id"].ToId();
                if (shard.Owns(id))
                {
                    changes.Add(new VectorChange(id, default, []));
                }
            }
            else
            {
                var document = change["fullDocument"];
                var vector = document["vector"].ToVector();
                bytes += (vector.Length * sizeof(float)) + OverheadBytes;
                changes.Add(
                    new VectorChange(document["_id"].ToId(), vector, [.. document["tags"].ToStrings().Order(StringComparer.Ordinal)]));
            }
        }

        return (changes, events.Count < limit && bytes < SurelyWhole, token);
    }

    private ChangeStreamOptions Options() => new()
    {
        BatchSize = limit,
        FullDocument = ChangeStreamFullDocumentOption.UpdateLookup,
        MaxAwaitTime = wait,
        ResumeAfter = from.Token,
        StartAtOperationTime = from.Token is null ? from.Since : null,
    };

    /// <summary>Deletions of all shards, for they have nothing but the id, and vectors of this one.</summary>
    private PipelineDefinition<ChangeStreamDocument<BsonDocument>, BsonDocument> Pipeline()
    {
        var stored = new BsonDocument("fullDocument.state", "indexed");
        if (shard.Shards > 1)
        {
            stored.Add("fullDocument.bucket", new BsonDocument("$mod", new BsonArray { shard.Shards, shard.Shard }));
        }

        var others = new BsonDocument("operationType", new BsonDocument { { "$in", Ends.Append("delete") } });
        return new[]
        {
            new BsonDocument("$match", new BsonDocument("$or", new BsonArray { others, stored })),
            new BsonDocument(
                "$project",
                new BsonDocument { { "fullDocument.fingerprint", 0 }, { "fullDocument.labels", 0 }, { "updateDescription", 0 } }),
        };
    }
}
