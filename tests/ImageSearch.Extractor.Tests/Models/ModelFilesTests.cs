using ImageSearch.Core;
using ImageSearch.Extractor.Models;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Tests.Models;

public sealed class ModelFilesTests : IAsyncLifetime
{
    private static readonly byte[] Content = Declarations.Averages();

    private readonly TemporaryDirectory _data = new();
    private readonly ServiceProvider _clients = new ServiceCollection().AddHttpClient().BuildServiceProvider();
    private WebApplication _server = null!;
    private int _requests;

    [Fact]
    public async Task GetModel_Url_IsFetchedOnceAndKept()
    {
        var path = await Get("/model", Declarations.Sha256(Content));
        Assert.Equal(Content, await File.ReadAllBytesAsync(path));
        Assert.Equal(path, await Get("/model", Declarations.Sha256(Content).ToUpperInvariant()));
        Assert.Equal(1, _requests);
    }

    [Fact]
    public async Task GetModel_DamagedCopy_IsFetchedAgain()
    {
        var path = await Get("/model", Declarations.Sha256(Content));
        await File.WriteAllTextAsync(path, "damaged");
        Assert.Equal(Content, await File.ReadAllBytesAsync(await Get("/model", Declarations.Sha256(Content))));
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task GetModel_WrongChecksum_IsRefusedAndNotKept()
    {
        await Refuses("/model", new string('0', 64), "not the declared 0000");
        Assert.Empty(Directory.EnumerateFiles(_data.Combine("models")));
    }

    [Fact]
    public Task GetModel_NotThere_SaysWhatTheServerAnswered() => Refuses("/nothing", new string('0', 64), "the server answered 404");

    [Fact]
    public Task GetModel_TooLarge_IsRefused() => Refuses("/endless", new string('0', 64), "more than 100,000 bytes");

    [Fact]
    public Task GetModel_ConnectionBreaks_IsRefused() => Refuses("/broken", new string('0', 64), "cannot be fetched");

    [Fact]
    public async Task GetModel_NobodyListens_IsRefused()
    {
        var files = Files("http://127.0.0.1:9/model.onnx", new string('0', 64));
        Assert.Contains("cannot be fetched", (await Assert.ThrowsAsync<ModelException>(() => files.GetModelAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetModel_Path_IsChecked()
    {
        var path = _data.Combine("model.onnx");
        await File.WriteAllBytesAsync(path, Content);
        Assert.Equal(path, await Files(path, Declarations.Sha256(Content)).GetModelAsync(default));
        Assert.Equal(path, await Files(path, null).GetModelAsync(default));
        Assert.Contains("SHA-256", (await Assert.ThrowsAsync<ModelException>(() => Files(path, new string('0', 64)).GetModelAsync(default))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<ModelException>(() => Files("models/none.onnx", null).GetModelAsync(default))).Message, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet("/model", () =>
        {
            Interlocked.Increment(ref _requests);
            return Results.Bytes(Content);
        });
        _server.MapGet("/endless", async (HttpContext context) =>
        {
            var chunk = new byte[50_000];
            for (var i = 0; i < 1000; i++)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
        });
        _server.MapGet("/broken", async (HttpContext context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _clients.DisposeAsync();
        _data.Dispose();
    }

    private Task<string> Get(string path, string sha256) => Files(_server.Urls.Single() + path, sha256).GetModelAsync(TestContext.Current.CancellationToken);

    private async Task Refuses(string path, string sha256, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<ModelException>(() => Get(path, sha256))).Message, StringComparison.Ordinal);

    private ModelFiles Files(string source, string? sha256) => new(
        _clients.GetRequiredService<IHttpClientFactory>(),
        Options.Create(new ModelOptions { Source = source, Sha256 = sha256, MaximumBytes = 100_000 }),
        Options.Create(new DataOptions { Directory = _data.Path }),
        NullLogger<ModelFiles>.Instance);
}
