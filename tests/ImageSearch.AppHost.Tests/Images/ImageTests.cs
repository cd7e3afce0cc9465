using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.AppHost.Tests.Cluster;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Testing.Servers;

namespace ImageSearch.AppHost.Tests.Images;

/// <summary>What goes into the images of the services. The base image itself is not to be had without a registry.</summary>
public sealed class ImageTests : IClassFixture<PublishedServices>
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("Web", "imagesearch/web")]
    [InlineData("Ingest", "imagesearch/ingest")]
    [InlineData("Extractor", "imagesearch/extractor")]
    [InlineData("Index", "imagesearch/index")]
    public async Task Image_IsOfTheChiselledBaseWithIcuAndNotOfRoot(string service, string repository)
    {
        var properties = JsonNode.Parse(await PublishedServices.BuildAsync(
            PublishedServices.ProjectOf(service), "-t:ComputeContainerBaseImage",
            "-getProperty:ContainerBaseImage,ContainerRepository,ContainerUser,ContainerImageTag"))!["Properties"]!;

        Assert.EndsWith("/dotnet/aspnet:10.0-noble-chiseled-extra", (string?)properties["ContainerBaseImage"], StringComparison.Ordinal);
        Assert.Equal((repository, "1654"), ((string?)properties["ContainerRepository"], (string?)properties["ContainerUser"]));
        Assert.Equal("", (string?)properties["ContainerImageTag"]);
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

        var published = Directory.GetFiles(directory, "*.so*").Select(path => Path.GetFileName(path));
        Assert.Equal(libraries, published.Order(StringComparer.Ordinal));
        foreach (var library in libraries)
        {
            Assert.Empty(await root.MissingLibrariesAsync(directory, library));
        }
    }

    [Fact]
    public async Task Services_InSuchRootsWithTheEnvironmentOfTheirPods_TakeAPictureInAndFindIt()
    {
        await MinimalRoot.SkipUnlessPossibleAsync();
        var missing = RabbitMqServer.Missing ?? MongoServer.Missing ?? S3Server.Missing;
        Assert.SkipUnless(missing is null, missing ?? "");
        var environments = await OverlayTests.EnvironmentsAsync();
        await using var broker = new RabbitMqServerFixture();
        await using var database = new MongoServerFixture();
        await using var blobs = new S3ServerFixture();
        var name = $"images-{Guid.NewGuid():N}";
        await (await broker.GetAsync()).ControlAsync(["add_vhost", name]);
        await (await broker.GetAsync()).ControlAsync(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
        var pods = new PodAddresses([.. environments.Keys, "index-resnet18-0"]);
        var here = new Dictionary<string, string>
        {
            ["ConnectionStrings__rabbitmq"] = (await broker.GetAsync()).ConnectionString + name,
            ["ConnectionStrings__mongodb"] = (await database.GetAsync()).ConnectionStringOf(name),
            ["ConnectionStrings__s3"] = (await blobs.GetAsync()).ConnectionStringOf(name),
        };
        using var roots = new Disposables();
        var processes = new List<(string Pod, string Address, RootProcess Process)>();
        foreach (var (pod, address) in pods.All)
        {
            // Servers have other passwords here. Pods share this machine's addresses, so each takes its own and not all.
            var environment = environments[pod].ToDictionary(
                variable => variable.Key,
                variable => variable.Key == "ASPNETCORE_URLS" ? variable.Value.Replace("+", address, StringComparison.Ordinal)
                    : here.GetValueOrDefault(variable.Key, variable.Value));
            // The only mongod at hand is older than what MongoDB's driver takes.
            environment["DOTNET_STARTUP_HOOKS"] = Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS")!;
            var service = pod.Split('-')[0] switch { "web" => "Web", "ingest" => "Ingest", "extractor" => "Extractor", _ => "Index" };
            var root = roots.Add(new MinimalRoot(pods.Hosts));
            var process = root.StartService(PublishedServices.DirectoryOf(service), $"ImageSearch.{service}", environment);
            processes.Add((pod, address, roots.Add(process)));
        }

        using var web = new HttpClient { BaseAddress = new Uri($"http://{pods.Of("web")}:8080") };
        foreach (var (pod, address, process) in processes)
        {
            await Eventually.BecomesTrue(
                async () => process.HasExited
                    ? throw new InvalidOperationException($"{pod} ended: {process.Output}")
                    : await IsReadyAsync(web, address),
                StartDeadline, what: $"{pod} is ready");
        }

        var picture = GeneratedPicture.Jpeg(seed: 1);
        using var refused = await web.PostAsync("/api/v1/images", Form(picture));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        web.DefaultRequestHeaders.Add("X-Api-Key", environments["web"]["Security__AdminKey"]);
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
        // The name of the first shard has two addresses, and web calls both.
        var shards = (await web.GetFromJsonAsync<JsonNode>("/api/v1/system"))!["models"]![0]!["shards"]!.AsArray();
        Assert.Equal([2, 1], shards.Select(shard => shard!["replicas"]!.AsArray().Count));
        Assert.Equal(picture, await web.GetByteArrayAsync($"/api/v1/images/{id}/content"));
        Assert.NotEmpty(await web.GetByteArrayAsync($"/api/v1/images/{id}/thumbnail?size=128"));
        Assert.Contains("ImageSearch", await web.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string address)
    {
        try
        {
            using var answer = await client.GetAsync($"http://{address}:8080/health");
            return answer.IsSuccessStatusCode && (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["status"] == "Healthy";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static MultipartFormDataContent Form(byte[] picture) =>
        new() { { new ByteArrayContent(picture) { Headers = { ContentType = new("image/jpeg") } }, "file", "picture.jpg" } };

    /// <summary>An address of this machine for each pod, under the names that services know them by.</summary>
    private sealed class PodAddresses(string[] pods)
    {
        // One of 16,384 networks, so that runs beside this one do not meet it.
        private readonly string _network = $"127.{Random.Shared.Next(64, 128)}.{Random.Shared.Next(256)}";

        public IEnumerable<(string Pod, string Address)> All => pods.Select((pod, i) => (pod, $"{_network}.{i + 1}"));

        public string Hosts => string.Concat(All.Select(pod => $"{pod.Address} {pod.Pod}\n"));

        public string Of(string name) => All.First(pod => pod.Pod == name).Address;
    }

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
