using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: what the others ask and write with.</summary>
internal sealed partial class MongoImageStore
{
    /// <summary>Ids in one query.</summary>
    private const int MaximumIds = 1000;

    private static BsonDocument Update(BsonDocument filter, BsonDocument update, bool upsert = false)
    {
        var write = new BsonDocument(filter.Length + update.Length + 32) { { "q", filter }, { "u", update } };
        return upsert ? write.Add("upsert", true) : write;
    }

    /// <summary>Finds documents by their ids, however many those are.</summary>
    /// <param name="projection">Fields to read besides the id; empty: all.</param>
    private async Task<List<T>> FindInPiecesAsync<T>(
        string collection, IReadOnlyCollection<ImageId> ids, BsonDocument condition, BsonDocument projection, BsonDecoder<T> decode, CancellationToken cancellationToken)
    {
        var options = new BsonDocument { { "projection", projection }, { "batchSize", MaximumIds }, { "hint", new BsonDocument { { "_id", 1 } } } };
        var found = new List<T>();
        foreach (var piece in ids.Distinct().Chunk(MaximumIds))
        {
            var filter = new BsonDocument(condition.Bytes).Add("_id", new BsonDocument { { "$in", piece } });
            found.AddRange(await client.FindAsync(collection, filter, options, decode, cancellationToken).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>From an index: the conditions used have one each.</summary>
    private async Task<long> CountAsync(string collection, BsonDocument condition, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await client.ReadAsync(
            new BsonDocument { { "count", collection }, { "query", condition } }, reply => reply["n"u8].ToInt64(), cancellationToken).ConfigureAwait(false);
    }
}
