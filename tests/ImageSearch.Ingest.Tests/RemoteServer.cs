using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Ingest.Tests;

/// <summary>Somebody else's web server, on a port of its own.</summary>
internal sealed class RemoteServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private RemoteServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public int Port => Address.Port;

    public int Requests => Volatile.Read(ref _requests);

    public string Url(string path) => new Uri(Address, path).ToString();

    public static async Task<RemoteServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var server = new RemoteServer(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return answer(context);
        });
        await app.StartAsync();
        server.Address = new Uri(app.Urls.First());
        return server;
    }

    /// <summary>Answers /N with picture N.</summary>
    public static Task<RemoteServer> StartWithPicturesAsync() => StartAsync(SendPictureAsync);

    public static async Task SendPictureAsync(HttpContext context)
    {
        if (int.TryParse(context.Request.Path.Value![1..], out var number))
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Response.Body.WriteAsync(Png.Create(number), context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100)); // requests that hang are part of the tests
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
