using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using ImageSearch.Core.Store;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Index.Tests;

/// <summary>The index server as it runs, on Kestrel and a port of its own, over the embedded store in a directory that the test gives.</summary>
internal sealed class IndexServer : WebApplicationFactory<Program>
{
    private readonly string _dataDirectory;
    private readonly int _shard;
    private readonly int _shards;
    private readonly int _dimension;
    private readonly (string Key, string Value)[] _settings;

    public IndexServer(string dataDirectory, int shard = 0, int shards = 1, int dimension = 8, params (string Key, string Value)[] settings)
    {
        (_dataDirectory, _shard, _shards, _dimension, _settings) = (dataDirectory, shard, shards, dimension, settings);
        // UseKestrel(0) would set the port while the application may be starting already.
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        StartServer();
        Http = CreateClient();
    }

    public HttpClient Http { get; }

    public CollectedLogs Logs { get; } = new();

    public IImageStore Store => Services.GetRequiredService<IImageStore>();

    public async Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<float> vectors, string query = "?k=10", int count = 1)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/search" + query) { Content = new ByteArrayContent(MemoryMarshal.AsBytes(vectors.Span).ToArray()) };
        request.Headers.Add("X-Vectors", count.ToString(CultureInfo.InvariantCulture));
        return await Http.SendAsync(request);
    }

    public async Task<ShardSearchResponse> SearchAsync(ReadOnlyMemory<float> vectors, string query = "?k=10", int count = 1)
    {
        using var answer = await PostAsync(vectors, query, count);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ShardSearchResponse>())!;
    }

    public async Task<IndexStats> StatsAsync() => (await Http.GetFromJsonAsync<IndexStats>("/stats"))!;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Data:Directory", _dataDirectory);
        builder.UseSetting("Backend", "embedded");
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.UseSetting("Logging:LogLevel:ImageSearch.Index", "Information");
        builder.ConfigureLogging(logging => logging.AddProvider(Logs));
        builder.UseSetting("Index:Model", Samples.Model.Name);
        builder.UseSetting("Index:Version", Samples.Model.Version);
        builder.UseSetting("Index:Dimension", _dimension.ToString(CultureInfo.InvariantCulture));
        builder.UseSetting("Index:Shard", _shard.ToString(CultureInfo.InvariantCulture));
        builder.UseSetting("Index:Shards", _shards.ToString(CultureInfo.InvariantCulture));
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
