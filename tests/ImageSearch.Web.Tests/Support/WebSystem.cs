using System.Net;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Web.Tests.Support;

/// <summary>
/// The real web service on Kestrel, with the real embedded backend, and servers that stand in for ingest, extractors and indexes.
/// Two models: <c>layout</c> (two shards, weight 1) and <c>other</c> (one shard, weight 0).
/// </summary>
internal sealed class WebSystem : IAsyncDisposable
{
    public static readonly ModelRoute Layout = new() { Name = "layout", Version = "1", Dimension = 8, Weight = 1, Shards = 2, Replicas = 1 };
    public static readonly ModelRoute Other = new() { Name = "other", Version = "7", Dimension = 4, Weight = 0, Shards = 1, Replicas = 3 };

    private readonly TemporaryDirectory _directory = new();
    private readonly WebServer _server;

    private WebSystem(IReadOnlyDictionary<string, string?> settings) => _server = new WebServer(this, settings);

    public FakeIngest Ingest { get; } = new();

    public FakeExtractor Extractor { get; } = new(Layout);

    public FakeExtractor OtherExtractor { get; } = new(Other);

    public FakeIndex[] Shards { get; } = [new(Layout, 0), new(Layout, 1)];

    public FakeIndex OtherShard { get; } = new(Other, 0);

    /// <summary>What the service logs.</summary>
    public CapturedLog Log { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public IImageStore Store => _server.Services.GetRequiredService<IImageStore>();

    public IBlobStore Blobs => _server.Services.GetRequiredService<IBlobStore>();

    public IWorkQueue Queue => _server.Services.GetRequiredService<IWorkQueue>();

    /// <summary>Whether the store fails, as when its server is down.</summary>
    public bool StoreIsAway { get; set; }

    /// <summary>Whether extractions of the model layout that are put back to work fail again before the store has answered.</summary>
    public bool ResetFailuresFailAgain { get; set; }

    public IServiceProvider Services => _server.Services;

    private IEnumerable<PeerServer> Peers => [Ingest, Extractor, OtherExtractor, .. Shards, OtherShard];

    public static async Task<WebSystem> StartAsync(params (string Key, string? Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>();
        var system = new WebSystem(configuration);
        foreach (var peer in system.Peers)
        {
            await peer.StartAsync();
        }

        configuration["Data:Directory"] = system._directory.Path;
        configuration["services:ingest:http:0"] = system.Ingest.Address;
        configuration["services:extractor-layout:http:0"] = system.Extractor.Address;
        configuration["services:extractor-other:http:0"] = system.OtherExtractor.Address;
        configuration["services:index-layout-0:http:0"] = system.Shards[0].Address;
        configuration["services:index-layout-1:http:0"] = system.Shards[1].Address;
        configuration["services:index-other-0:http:0"] = system.OtherShard.Address;
        foreach (var (model, i) in new[] { Layout, Other }.Select((model, i) => (model, i)))
        {
            configuration[$"Models:{i}:Name"] = model.Name;
            configuration[$"Models:{i}:Version"] = model.Version;
            configuration[$"Models:{i}:Dimension"] = $"{model.Dimension}";
            configuration[$"Models:{i}:Weight"] = $"{model.Weight}";
            configuration[$"Models:{i}:Shards"] = $"{model.Shards}";
            configuration[$"Models:{i}:Replicas"] = $"{model.Replicas}";
        }

        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        system._server.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        system._server.StartServer();
        system.Http = new HttpClient { BaseAddress = system._server.ClientOptions.BaseAddress };
        system.Ingest.Accept = (content, name, tags) => system.AddAsync(content, name, indexed: true, tags);
        return system;
    }

    /// <summary>Adds a picture as ingest does, and its vectors as extractors and indexes do.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> AddAsync(byte[] content, string source, bool indexed = true, params string[] tags)
    {
        var id = ImageId.Of(content);
        var info = ImageInspector.Inspect(content, new ImageLimits());
        await Blobs.PutAsync(BlobKeys.Image(id), content, default);
        var outcome = await Store.AddAsync(new ImageRecord(id, source, info.ContentType, info.Width, info.Height, content.Length, tags, default), default);
        if (indexed)
        {
            await IndexAsync(Layout, content, Shards[id.Bucket % 2], tags, [new Label($"label of {source}", 0.5f)]);
            await IndexAsync(Other, content, OtherShard, tags, []);
        }

        return outcome == AddOutcome.Added;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        foreach (var peer in Peers)
        {
            await peer.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task IndexAsync(ModelRoute model, byte[] content, FakeIndex index, string[] tags, Label[] labels)
    {
        var id = ImageId.Of(content);
        var vector = FakeExtractor.Embed(content, model.Dimension);
        await Store.PutVectorsAsync(model.Key, [new ImageVector(id, vector, 1, labels) { Fingerprint = FakeExtractor.Fingerprint(content) }], default);
        index.Vectors[id] = (vector, tags);
    }
}
