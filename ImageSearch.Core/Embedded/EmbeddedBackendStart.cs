using Microsoft.Extensions.Hosting;

namespace ImageSearch.Core.Embedded;

/// <summary>Opens the database before anything else starts: what is wrong with it is the first error, not one of many later.</summary>
internal sealed class EmbeddedBackendStart(SqliteDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.WriteAsync(static _ => { }, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
