using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>A web server on loopback that must never be asked: what URL imports are refused.</summary>
internal sealed class PictureServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private PictureServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/{**path}", () =>
        {
            Interlocked.Increment(ref _requests);
            return Results.Bytes(Pictures.Some(1, seed: 1)[0].Content, "image/png");
        });
    }

    public int Requests => Volatile.Read(ref _requests);

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<PictureServer> StartAsync()
    {
        var server = new PictureServer();
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
