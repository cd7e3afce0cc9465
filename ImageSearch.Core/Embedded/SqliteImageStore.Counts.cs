using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Core.Embedded;

/// <summary>This part: how many there are.</summary>
internal sealed partial class SqliteImageStore
{
    // Settled is a counter, and failures have an index of their own: nothing here grows with the collection.
    public Task<ExtractionCounts> CountExtractionsAsync(ModelKey model, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var key = FindModel(connection, model);
            var failed = connection.Scalar<long>("SELECT COUNT(*) FROM extractions WHERE state = 2 AND model = @m", ("@m", key));
            var settled = connection.Scalar<long>("SELECT settled FROM models WHERE id = @m", ("@m", key));
            return new ExtractionCounts(Math.Max(0, settled - failed), failed);
        },
        cancellationToken);
}
