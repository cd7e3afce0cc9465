using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Testing.Servers;

namespace ImageSearch.AppHost.Tests.Images;

/// <summary>What goes into the images of the services. The base image itself is not to be had without a registry.</summary>
public sealed partial class ImageTests : IClassFixture<PublishedServices>
{
    private const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("Web", "imagesearch/web")]
    [InlineData("Ingest", "imagesearch/ingest")]
    [InlineData("Extractor", "imagesearch/extractor")]
    [InlineData("Index", "imagesearch/index")]
    public async Task Image_IsOfTheChiselledBaseWithIcuAndNotOfRoot(string service, string repository)
    {
        var properties = JsonNode.Parse(await PublishedServices.BuildAsync(
            PublishedServices.ProjectOf(service), "-t:ComputeContainerBaseImage", "-getProperty:ContainerBaseImage,ContainerRepository,ContainerUser,ContainerImageTag"))!["Properties"]!;

        Assert.EndsWith("/dotnet/aspnet:10.0-noble-chiseled-extra", (string?)properties["ContainerBaseImage"], StringComparison.Ordinal);
        Assert.Equal((repository, "1654"), ((string?)properties["ContainerRepository"], (string?)properties["ContainerUser"]));
        Assert.Matches(@"\A\d+\.\d+\.\d+\z", (string?)properties["ContainerImageTag"]);
    }

    [Theory]
    [InlineData("Web", 45, "NetVips.Native.linux-x64", "SQLite")]
    [InlineData("Ingest", 45, "NetVips.Native.linux-x64", "SQLite")]
    [InlineData("Extractor", 260, "Microsoft.ML.OnnxRuntime", "NetVips.Native.linux-x64", "SQLite")]
    [InlineData("Index", 45, "NetVips.Native.linux-x64", "SQLite")]
    public void Image_HasItsNativeLibrariesForOneSystemTheirLicencesAndNoMore(string service, int megabytes, params string[] native)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The names are those for Linux on x64.");
        var directory = new DirectoryInfo(PublishedServices.DirectoryOf(service));
        var licences = Path.Combine(directory.FullName, "licences");

        Assert.Equal(native, Directory.GetDirectories(licences).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(native, package => Assert.NotEmpty(Directory.GetFiles(Path.Combine(licences, package))));
        Assert.True(File.Exists(Path.Combine(licences, "LICENSE")));
        Assert.False(Directory.Exists(Path.Combine(directory.FullName, "runtimes")), "Libraries of other systems are in it.");
        Assert.InRange(directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6, 20, megabytes);
    }

    [Theory]
    [InlineData("Web", "libe_sqlite3.so", "libvips.so.42")]
    [InlineData("Ingest", "libe_sqlite3.so", "libvips.so.42")]
    [InlineData("Extractor", "libe_sqlite3.so", "libonnxruntime.so", "libonnxruntime_providers_shared.so", "libvips.so.42")]
    [InlineData("Index", "libe_sqlite3.so", "libvips.so.42")]
    public async Task NativeLibraries_InTheBaseImage_FindAllThatTheyNeed(string service, params string[] libraries)
    {
        await MinimalRoot.SkipUnlessPossibleAsync();
        using var root = new MinimalRoot();
        var directory = PublishedServices.DirectoryOf(service);

        Assert.Equal(libraries, Directory.GetFiles(directory, "*.so*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (var library in libraries)
        {
            Assert.Empty(await root.MissingLibrariesAsync(directory, library));
        }
    }

    [Fact]
    public async Task Services_InSuchRootsWithTheManifestsEnvironment_TakeAPictureInAndFindIt()
    {
        await MinimalRoot.SkipUnlessPossibleAsync();
        Assert.SkipWhen((RabbitMqServer.Missing ?? MongoServer.Missing ?? S3Server.Missing) is not null, RabbitMqServer.Missing ?? MongoServer.Missing ?? S3Server.Missing ?? "");
        await using var broker = new RabbitMqServerFixture();
        await using var database = new MongoReplicaSetFixture();
        await using var blobs = new S3ServerFixture();
        var name = $"images-{Guid.NewGuid():N}";
        await (await broker.GetAsync()).ControlAsync(["add_vhost", name]);
        await (await broker.GetAsync()).ControlAsync(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
        var connections = new Dictionary<string, string>
        {
            ["rabbitmq-connection"] = (await broker.GetAsync()).ConnectionString + name,
            ["mongo-connection"] = (await database.GetAsync()).ConnectionStringOf(name),
            ["s3-connection"] = (await blobs.GetAsync()).ConnectionStringOf(name),
        };
        var manifest = await PublishedManifestTests.PublishAsync("--publisher", "manifest", "--model", "resnet18");
        var ports = manifest.Where(r => (string?)r.Value!["type"] == "project.v0").ToDictionary(r => r.Key, _ => LocalPort.Free());
        using var roots = new Disposables();
        var processes = new Dictionary<string, RootProcess>();
        foreach (var service in ports.Keys)
        {
            var assembly = Path.GetFileNameWithoutExtension((string)manifest[service]!["path"]!);
            var environment = manifest[service]!["env"]!.AsObject().ToDictionary(v => v.Key, v => Expressions().Replace((string)v.Value!, e => Resolve(e.Groups["name"].Value, e.Groups["rest"].Value)));
            // The only mongod at hand is older than what MongoDB's driver takes.
            environment["DOTNET_STARTUP_HOOKS"] = Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS")!;
            processes[service] = roots.Add(roots.Add(new MinimalRoot()).StartService(PublishedServices.DirectoryOf(assembly["ImageSearch.".Length..]), assembly, environment));
        }

        using var web = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports["web"]}") };
        web.DefaultRequestHeaders.Add("X-Api-Key", Secret);
        foreach (var (service, port) in ports)
        {
            await Eventually.BecomesTrue(
                async () => processes[service].HasExited ? throw new InvalidOperationException($"{service} ended: {processes[service].Output}") : await IsReadyAsync(web, port),
                StartDeadline, what: $"{service} is ready; it said: {processes[service].Output}");
        }

        var picture = GeneratedPicture.Jpeg(seed: 1);
        using var accepted = await web.PostAsync("/api/v1/images", Form(picture));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = (string?)(await accepted.Content.ReadFromJsonAsync<JsonNode>())!["images"]![0]!["id"];

        await Eventually.Succeeds(async () =>
        {
            using var found = await web.PostAsync("/api/v1/search?k=1", Form(picture));
            var text = await found.Content.ReadAsStringAsync();
            Assert.True(found.IsSuccessStatusCode, text);
            var answer = JsonNode.Parse(text)!;
            Assert.Equal((id, false), ((string?)answer["results"]!.AsArray().FirstOrDefault()?["id"], (bool)answer["partial"]!));
        });
        Assert.Equal(picture, await web.GetByteArrayAsync($"/api/v1/images/{id}/content"));
        Assert.NotEmpty(await web.GetByteArrayAsync($"/api/v1/images/{id}/thumbnail?size=128"));
        Assert.Contains("ImageSearch", await web.GetStringAsync("/"), StringComparison.Ordinal);

        string Resolve(string resource, string rest) => rest switch
        {
            "connectionString" => connections[resource],
            "value" => Secret,
            "bindings.http.url" => $"http://127.0.0.1:{ports[resource]}",
            "bindings.http.targetPort" => $"{ports[resource]}",
            _ => throw new InvalidOperationException($"{resource}.{rest} means nothing here."),
        };
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, int port)
    {
        try
        {
            using var answer = await client.GetAsync($"http://127.0.0.1:{port}/health");
            return answer.IsSuccessStatusCode && (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["status"] == "Healthy";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static MultipartFormDataContent Form(byte[] picture) =>
        new() { { new ByteArrayContent(picture) { Headers = { ContentType = new("image/jpeg") } }, "file", "picture.jpg" } };

    [GeneratedRegex(@"\{(?<name>[\w-]+)\.(?<rest>[\w.]+)\}")]
    private static partial Regex Expressions();

    private sealed class Disposables : IDisposable
    {
        private readonly Stack<IDisposable> _all = [];

        public T Add<T>(T one) where T : IDisposable
        {
            _all.Push(one);
            return one;
        }

        public void Dispose()
        {
            while (_all.TryPop(out var one))
            {
                one.Dispose();
            }
        }
    }
}
