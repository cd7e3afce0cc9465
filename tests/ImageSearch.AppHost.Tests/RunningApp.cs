using Aspire.Hosting;
using Aspire.Hosting.Testing;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

/// <summary>The default topology with two replicas of ingest, in this process. Tests leave it running.</summary>
public sealed class RunningApp : IAsyncLifetime
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly TemporaryDirectory _data = new();
    private DistributedApplication? _app;

    internal DistributedApplication App => _app!;

    internal string DataDirectory => _data.Path;

    public async ValueTask InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(
            ["--data", _data.Path, "--model", "layout", "--ingest-replicas", "2", "--Logging:LogLevel:ImageSearch.AppHost.Resources=Warning"], deadline.Token);
        _app = await builder.BuildAsync(deadline.Token);
        await _app.StartAsync(deadline.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("web", deadline.Token);
    }

    internal async Task WaitAsync(string resource, string state)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await App.ResourceNotifications.WaitForResourceAsync(resource, state, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _data.Dispose();
    }
}
