using ImageSearch.Core.FileSystem;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Core.Embedded;

/// <summary>Opens the database before anything else starts: what is wrong with it is the first error, not one of many later.</summary>
internal sealed class EmbeddedBackendStart(SqliteDatabase database, SpaceReserve reserve) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(static _ => { }, cancellationToken);
        reserve.Restore();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
