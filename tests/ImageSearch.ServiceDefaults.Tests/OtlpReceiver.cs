using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Tests;

/// <summary>
/// A collector that speaks just enough gRPC to be believed. Strings lie in Protobuf as they are, so that names can be looked for in the
/// raw messages.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, string Message, string? Key)> _received = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", receiver.ReceiveAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public bool Has(string signal, params IReadOnlyList<string> texts) =>
        _received.Any(message => message.Signal == signal && texts.All(text => message.Message.Contains(text, StringComparison.Ordinal)));

    public string? ApiKey => _received.FirstOrDefault().Key;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, string signal)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((signal, Encoding.Latin1.GetString(body.ToArray()), context.Request.Headers["x-otlp-api-key"]));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted); // an empty message, not compressed
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
