using System.Net.Http.Json;
using System.Text.Json;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Ingest.Intake;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests;

/// <summary>The whole service on a real port, with the embedded backend in a directory of its own or one that hosts share.</summary>
internal sealed class IngestHost : WebApplicationFactory<Program>
{
    public static readonly ModelKey Model = new("layout", "1");

    private readonly string _data;
    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection>? _services;

    private IngestHost(string data, Dictionary<string, string> settings, Action<IServiceCollection>? services)
    {
        _data = data;
        _settings = settings;
        _services = services;
    }

    public HttpClient Http { get; private set; } = null!;

    public IImageStore Store => Services.GetRequiredService<IImageStore>();

    public IWorkQueue Queue => Services.GetRequiredService<IWorkQueue>();

    public IBlobStore Blobs => Services.GetRequiredService<IBlobStore>();

    public IImportStore Imports => Services.GetRequiredService<IImportStore>();

    public FileBuffers Buffers => Services.GetRequiredService<FileBuffers>();

    /// <summary>What the AppHost would set, for one model, and no backfill that gets in the way of what a test sees in the queue.</summary>
    public static Dictionary<string, string> DefaultSettings(string data) => new()
    {
        ["Backend"] = "embedded",
        ["Data:Directory"] = data,
        ["Models:0:Name"] = Model.Name,
        ["Models:0:Version"] = Model.Version,
        ["Models:0:Dimension"] = "4",
        ["Ingest:BackfillInterval"] = "01:00:00",
        ["Ingest:ImportPollInterval"] = "00:00:00.050",
    };

    public static IngestHost Start(TemporaryDirectory directory, params (string Key, string Value)[] settings) => Start(directory, null, settings);

    public static IngestHost Start(TemporaryDirectory directory, Action<IServiceCollection>? services, params (string Key, string Value)[] settings)
    {
        var data = directory.Combine("data");
        var all = DefaultSettings(data);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var host = new IngestHost(data, all, services);
        host.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host.StartServer();
        host.Http = host.CreateClient();
        return host;
    }

    public static MultipartFormDataContent Form(params IEnumerable<byte[]> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (i, file) in files.Index())
        {
            form.Add(new ByteArrayContent(file), "file", $"{i}.png");
        }

        return form;
    }

    public async Task<UploadResponse> UploadAsync(params IEnumerable<byte[]> files)
    {
        using var form = Form(files);
        using var response = await Http.PostAsync("/images", form);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<UploadResponse>())!;
    }

    public async Task<string> ImportAsync(object request)
    {
        using var response = await Http.PostAsJsonAsync("/imports", request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        Assert.Equal($"/imports/{id}", response.Headers.Location?.ToString());
        return id;
    }

    public async Task<ImportStatus> StatusAsync(string import) => (await Http.GetFromJsonAsync<ImportStatus>($"/imports/{import}"))!;

    public async Task<ImportStatus> FinishedAsync(string import)
    {
        await Eventually.BecomesTrue(async () => (await StatusAsync(import)).Done);
        return await StatusAsync(import);
    }

    /// <summary>Everything that waits for a model, in the order of its ids.</summary>
    public async Task<IReadOnlyList<ImageId>> QueuedAsync(string model = "layout") =>
        [.. (await Queue.ReceiveAsync(model, 1000, TimeSpan.Zero, default)).Select(delivery => delivery.Item.Id).Order()];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        Directory.CreateDirectory(_data);
        builder.UseEnvironment("Production");

        // Not without loggers: the framework makes activities for those who log.
        foreach (var category in new[] { "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.Hosting.Lifetime" })
        {
            builder.UseSetting($"Logging:LogLevel:{category}", "Critical");
        }

        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        if (_services is not null)
        {
            builder.ConfigureTestServices(_services);
        }
    }
}
