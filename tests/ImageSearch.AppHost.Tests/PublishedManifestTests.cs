using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

/// <summary>The manifest is one that Aspirate turns into working Kubernetes objects: docs/hosting.md names the rules.</summary>
public sealed partial class PublishedManifestTests
{
    private static readonly string[] Topology =
    [
        "--publisher", "manifest", "--backend", "embedded", "--folder-root", "/home/me/pictures", "--data", "/home/me/data",
        "--Models:0:Name=second", "--Models:0:Version=2", "--Models:0:Dimension=16", "--Models:0:Source=https://example.org/second.onnx",
        $"--Models:0:Sha256={new string('a', 64)}", "--Models:0:Input:Name=data", "--Models:0:Output:Embedding=out", "--Models:0:QueryTransport=Rpc",
        "--Models:0:Input:Mean:0=1.5", "--Models:0:Input:Mean:1=2.5", "--Models:0:Input:Mean:2=3.5", "--Models:0:ExtractorReplicas=2",
    ];

    private static readonly Lazy<Task<JsonNode>> Published = new(PublishAsync);

    private static readonly string[] Types = ["project.v0", "container.v0", "dockerfile.v0", "parameter.v0", "value.v0"];

    [Theory]
    [InlineData("ingest", "mongodb", "rabbitmq", "s3")]
    [InlineData("web", "mongodb", "rabbitmq", "s3")]
    [InlineData("extractor-layout", "mongodb", "rabbitmq", "s3")]
    [InlineData("extractor-second", "mongodb", "rabbitmq", "s3")]
    [InlineData("index-second-1", "mongodb")]
    public async Task Service_HasTheConnectionsItNeedsWhateverTheBackendOnTheCommandLine(string service, params string[] connections)
    {
        var environment = (await ManifestAsync())[service]!["env"]!.AsObject();

        Assert.Equal("servers", (string?)environment["Backend"]);
        Assert.Equal(connections.Select(c => $"ConnectionStrings__{c}"), environment.Select(v => v.Key).Where(k => k.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task ConnectionStrings_AreComposedOfWhatAspirateResolves()
    {
        var manifest = await ManifestAsync();
        string? Of(string name) => (string?)manifest[((string)manifest["web"]!["env"]![$"ConnectionStrings__{name}"]!).Trim('{', '}').Split('.')[0]]!["connectionString"];

        Assert.Equal("amqp://guest:{rabbitmq-password.value}@{rabbitmq.bindings.tcp.host}:{rabbitmq.bindings.tcp.port}", Of("rabbitmq"));
        Assert.Equal("mongodb://admin:{mongo-password.value}@{mongo.bindings.tcp.host}:{mongo.bindings.tcp.port}/imagesearch?authSource=admin", Of("mongodb"));
        Assert.Equal("Endpoint={s3.bindings.http.url};Bucket=imagesearch;AccessKey=imagesearch;SecretKey={s3-password.value};Region=us-east-1", Of("s3"));
    }

    [Fact]
    public async Task Resources_AreOfKnownTypesWithNamesForDns()
    {
        var manifest = await ManifestAsync();

        Assert.All(manifest, r => Assert.Contains((string?)r.Value!["type"], Types));
        Assert.All(manifest, r => Assert.Matches(DnsLabel(), r.Key));
        Assert.DoesNotContain("annotated.string", manifest.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("uri-encoded", manifest.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bindings_AreNamedAndNumberedAsAspirateExpects()
    {
        foreach (var (name, resource) in await ManifestAsync())
        {
            foreach (var (endpoint, binding) in resource!["bindings"]?.AsObject() ?? [])
            {
                var (scheme, port, targetPort) = ((string?)binding!["scheme"], (int?)binding["port"], (int?)binding["targetPort"]);
                Assert.True(scheme is "http" or "tcp", $"{name} has the scheme {scheme}.");
                Assert.True(scheme != "http" || endpoint == "http", $"{name} calls an HTTP endpoint {endpoint}.");
                Assert.True(scheme == "http" || targetPort is not null, $"{name}.{endpoint} has no target port.");
                Assert.True((string?)resource["type"] != "project.v0" || targetPort is null or 8080, $"{name} has the target port {targetPort}.");
                Assert.True(port is null || port == targetPort, $"{name}.{endpoint} maps {port} to {targetPort}.");
                Assert.True(endpoint.Length <= 15, $"{name}.{endpoint} is too long a name.");
            }
        }
    }

    [Fact]
    public async Task Expressions_StandWhereTheyAreResolvedAndNameWhatThereIs()
    {
        var manifest = await ManifestAsync();
        foreach (var (name, resource) in manifest)
        {
            Assert.All(resource!["args"]?.AsArray() ?? [], arg => Assert.DoesNotContain("{", (string)arg!, StringComparison.Ordinal));
            foreach (var expression in Expressions().Matches(resource.ToJsonString()).Select(m => m.Groups["expression"].Value))
            {
                var parts = expression.Split('.');
                var target = manifest[parts[0]];
                Assert.True(target is not null, $"{name} refers to {expression}, and there is no {parts[0]}.");
                Assert.True(
                    parts[1..] switch
                    {
                        ["bindings", var endpoint, "url" or "host" or "port" or "targetPort"] => target["bindings"]?[endpoint] is not null,
                        ["connectionString"] => target["connectionString"] is not null,
                        ["value"] => (string?)target["type"] == "parameter.v0",
                        ["inputs", "value"] => parts[0] == name,
                        _ => false,
                    },
                    $"{name} refers to {expression}.");
            }
        }
    }

    [Fact]
    public async Task Environment_HoldsNothingThatTemplatesBreakOn()
    {
        foreach (var (name, resource) in await ManifestAsync())
        {
            foreach (var (key, value) in resource!["env"]?.AsObject() ?? [])
            {
                Assert.False(Breaking().IsMatch((string)value!), $"{name} has {key}={value}.");
            }
        }
    }

    [Fact]
    public async Task Containers_HaveANamedVolumeAndAPinnedImage()
    {
        var containers = (await ManifestAsync()).Where(r => (string?)r.Value!["type"] == "container.v0").ToArray();

        Assert.Equal(["rabbitmq", "mongo", "s3"], containers.Select(c => c.Key));
        foreach (var (_, container) in containers)
        {
            Assert.Matches(PinnedImage(), (string?)container!["image"]);
            Assert.Matches(DnsLabel(), (string?)Assert.Single(container["volumes"]!.AsArray())!["name"]);
            Assert.Null(container["bindMounts"]);
            Assert.Null(container["connectionString"]);
        }

        Assert.Equal(containers.Length, containers.Select(c => (string?)c.Value!["volumes"]![0]!["name"]).Distinct().Count());
    }

    [Fact]
    public async Task Passwords_AreGeneratedSecretsThatNeedNoEncoding()
    {
        var parameters = (await ManifestAsync()).Where(r => (string?)r.Value!["type"] == "parameter.v0").ToArray();

        Assert.Equal(["rabbitmq-password", "mongo-password", "s3-password", "adminkey"], parameters.Select(p => p.Key));
        foreach (var (name, parameter) in parameters)
        {
            var input = parameter!["inputs"]!["value"]!;
            Assert.Equal($"{{{name}.inputs.value}}", (string?)parameter["value"]);
            Assert.True((bool?)input["secret"]);
            Assert.False((bool?)input["default"]!["generate"]!["special"]);
            Assert.True((int?)input["default"]!["generate"]!["minLength"] >= 22);
        }
    }

    private static async Task<JsonObject> ManifestAsync() => (await Published.Value).DeepClone().AsObject();

    private static async Task<JsonNode> PublishAsync()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("aspire-manifest.json");
        var (exitCode, error) = await AppHostProcess.RunAsync([.. Topology, "--output-path", path]);
        Assert.Equal((0, ""), (exitCode, error));
        return JsonNode.Parse(await File.ReadAllTextAsync(path))!["resources"]!;
    }

    [GeneratedRegex(@"\A(?=.{1,63}\z)[a-z]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    // HTML's special characters, YAML's, anything but ASCII, and the paths of the machine that published.
    [GeneratedRegex(@"[&""<>\n\r]|: | #|[^\x00-\x7F]|/home/me")]
    private static partial Regex Breaking();

    [GeneratedRegex(@"\{(?<expression>[a-z][\w.-]*)\}")]
    private static partial Regex Expressions();

    // No registry's host, and a version to the last digit.
    [GeneratedRegex(@"\A[a-z]+(/[a-z]+)?:(\d+\.\d+\.\d+|RELEASE\.[0-9TZ-]+)\z")]
    private static partial Regex PinnedImage();
}
