using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The whole system as the AppHost declares it, on ports and a data directory of its own.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(4);

    private readonly TemporaryDirectory? _ownData;
    private readonly string _data;
    private DistributedApplication? _app;

    private RunningSystem(string? data)
    {
        _ownData = data is null ? new TemporaryDirectory() : null;
        _data = data ?? _ownData!.Path;
    }

    public string DataDirectory => _data;

    public Api Api { get; private set; } = null!;

    public static Task<RunningSystem> StartAsync(params IEnumerable<string> args) => StartAsync(null, waitUntilHealthy: true, args);

    /// <param name="data">The directory of an earlier system that is stopped; null for a new one that goes with this one.</param>
    /// <param name="waitUntilHealthy">False for a system that is not expected to be.</param>
    /// <param name="args">More for the AppHost.</param>
    public static async Task<RunningSystem> StartAsync(string? data, bool waitUntilHealthy, IEnumerable<string> args)
    {
        var system = new RunningSystem(data);
        try
        {
            using var deadline = new CancellationTokenSource(StartDeadline);
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(
                ["--data", system.DataDirectory, "--model", "layout", "--Logging:LogLevel:ImageSearch.AppHost.Resources=Warning", .. args], deadline.Token);
            foreach (var service in builder.Resources.OfType<ProjectResource>())
            {
                // There is no dashboard here: services would try it in vain, three times a second each.
                builder.CreateResourceBuilder(service).WithEnvironment(context => context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT"));
            }

            system._app = await builder.BuildAsync(deadline.Token);
            await system._app.StartAsync(deadline.Token);
            var web = system._app.CreateHttpClient("web");
            web.Timeout = TimeSpan.FromSeconds(60);
            system.Api = new Api(web);
            if (waitUntilHealthy)
            {
                foreach (var resource in builder.Resources.OfType<ProjectResource>())
                {
                    await system._app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Name, deadline.Token);
                }
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public Uri Endpoint(string resource) => _app!.GetEndpoint(resource);

    public HttpClient Client(string resource) => _app!.CreateHttpClient(resource);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _ownData?.Dispose();
    }
}
