using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: how many there are.</summary>
internal sealed partial class MongoImageStore
{
    // Counted in the index of states: the documents, with their vectors, are not read.
    public async Task<ExtractionCounts> CountExtractionsAsync(ModelKey model, CancellationToken cancellationToken) =>
        await schema.FindCollectionAsync(model, cancellationToken).ConfigureAwait(false) is { } collection
            ? new ExtractionCounts(
                await CountAsync(collection, new BsonDocument("state", Indexed), cancellationToken).ConfigureAwait(false),
                await CountAsync(collection, new BsonDocument("state", Failed), cancellationToken).ConfigureAwait(false))
            : default;
}
