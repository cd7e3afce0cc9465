using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>The resource service on a loopback port, HTTP/2 without TLS, for whoever knows the key.</summary>
internal sealed class ResourceServer(WebApplication app, string url) : IAsyncDisposable
{
    private const string KeyHeader = "x-resource-service-api-key";
    private const string ServicePath = "/aspire.v1.DashboardService";

    public string Url { get; } = url;

    public static async Task<ResourceServer> StartAsync(ResourceService service, string key, CancellationToken cancellationToken)
    {
        // No arguments and no configuration: the AppHost's ASPNETCORE_URLS and options are not this server's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Use((context, next) => context.Request.Headers[KeyHeader] == key ? next(context) : GrpcFraming.RefuseAsync(context));
        app.UseRouting();
        Map(app, "GetApplicationInformation", service.GetApplicationInformationAsync);
        Map(app, "WatchResources", service.WatchResourcesAsync);
        Map(app, "WatchResourceConsoleLogs", service.WatchConsoleLogsAsync);
        Map(app, "ExecuteResourceCommand", service.ExecuteCommandAsync);
        Map(app, "WatchInteractions", ResourceService.WatchInteractionsAsync);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return new ResourceServer(app, app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        // The dashboard's watches never end by themselves, so do not wait for them.
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Map(WebApplication app, string method, Func<HttpContext, Task> handler) =>
        app.MapPost($"{ServicePath}/{method}", context => GrpcFraming.AnswerAsync(context, handler));
}
