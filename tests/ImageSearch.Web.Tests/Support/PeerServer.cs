using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Web.Tests.Support;

/// <summary>A service that stands in for a remote one, on a port of its own. <see cref="Intercept"/> makes it misbehave.</summary>
internal class PeerServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    protected PeerServer()
    {
        // Without configuration and logs: a test starts six of these.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            // Asked for beside, when it is time to: no test can tell how often.
            if (context.Request.Path != "/stats" && context.Request.Path != "/health")
            {
                Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            }

            if (Intercept is { } intercept)
            {
                await intercept(context);
            }
            else
            {
                await next(context);
            }
        });
    }

    public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers instead of the service while it is set.</summary>
    public RequestDelegate? Intercept { get; set; }

    public string Address { get; private set; } = "";

    protected WebApplication App => _app;

    public async Task StartAsync()
    {
        await _app.StartAsync();
        Address = _app.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public void Fail(int status) => Intercept = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Never answers, until the caller hangs up.</summary>
    public void Hang() => Intercept = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
}
