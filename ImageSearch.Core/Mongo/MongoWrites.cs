using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>What became of many writes.</summary>
internal sealed class MongoWrites
{
    private int _tried;

    /// <summary>Documents inserted, matched by an update (upserted ones included), or deleted.</summary>
    public long Count { get; private set; }

    /// <summary>Which of the updates inserted a document.</summary>
    public HashSet<int> Upserted { get; } = [];

    /// <summary>Which of the writes met a key that is there already.</summary>
    public HashSet<int> Duplicates { get; } = [];

    internal void Include(BulkWriteResult<BsonDocument> result, IReadOnlyList<BulkWriteError>? duplicates = null)
    {
        Count += result.InsertedCount + result.MatchedCount + result.Upserts.Count + result.DeletedCount;
        Upserted.UnionWith(result.Upserts.Select(upsert => _tried + upsert.Index));
        Duplicates.UnionWith((duplicates ?? []).Select(duplicate => _tried + duplicate.Index));
    }

    internal void Tried(int writes) => _tried += writes;
}
