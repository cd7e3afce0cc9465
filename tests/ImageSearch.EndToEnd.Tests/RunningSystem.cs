using Aspire.Hosting;
using Aspire.Hosting.Testing;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The whole system as the AppHost declares it, on ports and a data directory of its own.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    private readonly TemporaryDirectory _data = new();
    private DistributedApplication? _app;

    private RunningSystem()
    {
    }

    public string DataDirectory => _data.Path;

    public Api Api { get; private set; } = null!;

    public static async Task<RunningSystem> StartAsync(params string[] args)
    {
        var system = new RunningSystem();
        try
        {
            using var deadline = new CancellationTokenSource(StartDeadline);
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(
                ["--data", system.DataDirectory, .. args], deadline.Token);
            system._app = await builder.BuildAsync(deadline.Token);
            await system._app.StartAsync(deadline.Token);
            var web = system._app.CreateHttpClient("web");
            web.Timeout = TimeSpan.FromSeconds(60);
            system.Api = new Api(web);
            foreach (var resource in builder.Resources.OfType<Aspire.Hosting.ApplicationModel.ProjectResource>())
            {
                await system._app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Name, deadline.Token);
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

        _data.Dispose();
    }
}
