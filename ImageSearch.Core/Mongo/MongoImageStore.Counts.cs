using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: how many there are.</summary>
internal sealed partial class MongoImageStore
{
    // Counted in the index of states: the documents, with their vectors, are not read.
    public async Task<ExtractionCounts> CountExtractionsAsync(ModelKey model, CancellationToken cancellationToken) =>
        await schema.FindCollectionAsync(model, cancellationToken) is { } collection
            ? new ExtractionCounts(
                await CountAsync(collection, new BsonDocument("state", Indexed), cancellationToken),
                await CountAsync(collection, new BsonDocument("state", Failed), cancellationToken))
            : default;
}
