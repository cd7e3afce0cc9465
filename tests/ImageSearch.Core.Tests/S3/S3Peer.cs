using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.Tests.S3;

/// <summary>A remote peer that keeps every request and gives all of them the same answer, worded as S3 does.</summary>
internal sealed class S3Peer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Method, IHeaderDictionary Headers, byte[] Body)> _requests = [];

    private S3Peer(int status, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content);
            _requests.Enqueue((context.Request.Method, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), content.ToArray()));
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync(body);
        });
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyCollection<(string Method, IHeaderDictionary Headers, byte[] Body)> Requests => _requests;

    public static Task<S3Peer> RefusesAsync(int status, string code) =>
        StartAsync(status, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>No.</Message></Error>");

    public static Task<S3Peer> AcceptsAsync() => StartAsync(200, "<?xml version=\"1.0\"?><ListBucketResult/>");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<S3Peer> StartAsync(int status, string body)
    {
        var peer = new S3Peer(status, body);
        await peer._app.StartAsync();
        return peer;
    }
}
