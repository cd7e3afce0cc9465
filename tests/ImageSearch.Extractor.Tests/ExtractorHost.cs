using System.Net;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Extractor.Models;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Extractor.Tests;

/// <summary>The real service on a port of its own, with a data directory of its own.</summary>
internal sealed class ExtractorHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly WebApplicationFactory<ExtractorOptions> _factory;

    private ExtractorHost(Dictionary<string, string?> settings, Action<IServiceCollection>? replace)
    {
        _factory = new WebApplicationFactory<ExtractorOptions>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Data:Directory", _data.Path);
            host.UseSetting("Queue:RetryDelay", "00:00:00.010");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }

            host.ConfigureLogging(logging => logging.ClearProviders());
            host.ConfigureTestServices(services => replace?.Invoke(services));
        });
        _factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _factory.StartServer();
        Client = _factory.CreateClient();
    }

    public HttpClient Client { get; }

    public string DataDirectory => _data.Path;

    public IServiceProvider Services => _factory.Services;

    public IImageStore Store => Services.GetRequiredService<IImageStore>();

    public IWorkQueue Queue => Services.GetRequiredService<IWorkQueue>();

    public IBlobStore Blobs => Services.GetRequiredService<IBlobStore>();

    public static async Task<ExtractorHost> StartAsync(Dictionary<string, string?> settings, Action<IServiceCollection>? replace = null)
    {
        var host = new ExtractorHost(settings, replace);
        await host.Services.GetRequiredService<LoadedModel>().WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        return host;
    }

    /// <summary>Adds a picture as ingest does: blob, record, queue.</summary>
    public async Task<ImageId> AddAsync(byte[] content, string model, string? traceParent = null)
    {
        var id = await RecordAsync(content);
        await Queue.PublishAsync([model], [new WorkItem(id, traceParent)], default);
        return id;
    }

    /// <summary>Stores blob and record, without queueing them.</summary>
    public async Task<ImageId> RecordAsync(byte[] content)
    {
        var id = ImageId.Of(content);
        await Blobs.PutAsync(BlobKeys.Image(id), content, default);
        await Store.AddAsync(new ImageRecord(id, "picture", "image/jpeg", 1, 1, content.Length, [], default), default);
        return id;
    }

    public async Task<Core.Store.Extraction?> ExtractionAsync(ImageId id) => (await Store.FindExtractionsAsync(id, default)).SingleOrDefault();

    public Task StopAsync() => _factory.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHost>().StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        _data.Dispose();
    }
}
