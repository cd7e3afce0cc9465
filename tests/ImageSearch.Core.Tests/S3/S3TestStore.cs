using ImageSearch.Core.Blobs;
using ImageSearch.Core.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.Tests.S3;

/// <summary>The store as services get it from a connection string.</summary>
internal sealed class S3TestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public S3TestStore(string connectionString)
    {
        var services = new ServiceCollection().AddLogging();
        S3Backend.Add(services, connectionString);
        _services = services.BuildServiceProvider();
    }

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public S3Client Client => _services.GetRequiredService<S3Client>();

    public async Task<HealthReportEntry> CheckAsync(CancellationToken cancellationToken) =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken)).Entries[S3HealthCheck.Name];

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
