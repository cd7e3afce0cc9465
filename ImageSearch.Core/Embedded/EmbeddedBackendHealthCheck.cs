using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Embedded;

/// <summary>Ready when the database answers and the data directory is there.</summary>
internal sealed class EmbeddedBackendHealthCheck(IImageStore store, IOptions<DataOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // SQLite goes on reading a file that was deleted under it.
        if (!File.Exists(Path.Combine(options.Value.Directory, SqliteDatabase.FileName)))
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The database file is gone.");
        }

        try
        {
            await store.CountAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException e)
        {
            // Said here, as the log has it already, once a minute.
            return new HealthCheckResult(context.Registration.FailureStatus, StorageFaults.PublicSentence(e.Fault));
        }
    }
}
