using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

public sealed class TopologyTests : IDisposable
{
    private static readonly string[] SecondModel =
    [
        "--Models:0:Name=second", "--Models:0:Version=2", "--Models:0:Dimension=16", "--Models:0:Source=/models/second.onnx",
        $"--Models:0:Sha256={new string('a', 64)}", "--Models:0:Input:Name=data", "--Models:0:Output:Embedding=out", "--Models:0:Weight=0.25",
        "--Models:0:Input:Mean:0=1.5", "--Models:0:Input:Mean:1=2.5", "--Models:0:Input:Mean:2=3.5",
        "--Models:0:ExtractorReplicas=2", "--Models:0:IndexShards=3", "--Models:0:IndexReplicas=2",
    ];

    private static readonly string[] GivenServers = ["--ConnectionStrings:rabbitmq=amqp://b", "--ConnectionStrings:mongodb=mongodb://d/x"];

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Default_HasOneModel()
    {
        await using var builder = await CreateAsync();

        Assert.Equal(["ingest", "web", "extractor-resnet18", "index-resnet18-0", "index-resnet18-1"], builder.Resources.OfType<ProjectResource>().Select(r => r.Name));
    }

    [Theory]
    [InlineData("resnet18", "extractor-resnet18", "models/resnet18.onnx")]
    [InlineData("resnet18-float", "extractor-resnet18", "models/resnet18-float.onnx")]
    [InlineData("layout", "extractor-layout", "models/layout.onnx")]
    public async Task ModelThatShips_IsChosenByName_AndItsFileIsTheDeclaredOne(string model, string extractor, string source)
    {
        await using var builder = await CreateAsync("--model", model);
        var environment = await EnvironmentAsync(builder, extractor);

        Assert.Single(builder.Resources.OfType<ProjectResource>(), r => r.Name.StartsWith("extractor-", StringComparison.Ordinal));
        Assert.Equal(source, environment["Model__Source"]);
        // Beside the extractor, where it looks for it.
        var file = Path.Combine(new Projects.ImageSearch_Extractor().ProjectPath, "..", "bin", AppHostProcess.Configuration, "net10.0", source);
        Assert.Equal(environment["Model__Sha256"], Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
        Assert.Equal(model != "layout", (await EnvironmentAsync(builder, "web")).ContainsKey("Models__0__Words"));
        if (environment.TryGetValue("Model__Text__Source", out var text))
        {
            file = Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileName(text));
            Assert.Equal(environment["Model__Text__Sha256"], Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
            Assert.All(new[] { "Vocabulary", "Head" }, name => Assert.True(
                File.Exists(Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileName(environment[$"Model__Text__{name}"])))));
        }
    }

    [Fact]
    public async Task ResNet18_IntegersAndFloats_AreVersionsOfOneModel()
    {
        await using var integers = await CreateAsync();
        await using var floats = await CreateAsync("--model", "resnet18-float");

        var (left, right) = (await EnvironmentAsync(integers, "extractor-resnet18"), await EnvironmentAsync(floats, "extractor-resnet18"));

        Assert.NotEqual(left["Model__Version"], right["Model__Version"]);
        string[] differing = ["Model__Version", "Model__Source", "Model__Sha256"];
        Assert.Equal(left.Where(v => Own(v.Key)), right.Where(v => Own(v.Key)));
        bool Own(string name) => name.StartsWith("Model__", StringComparison.Ordinal) && !differing.Contains(name);
    }

    [Fact]
    public async Task ModelFromConfiguration_IsAddedWithItsReplicasShardsAndSettings()
    {
        await using var builder = await CreateAsync(SecondModel);
        var environment = await EnvironmentAsync(builder, "extractor-second");
        var index = await EnvironmentAsync(builder, "index-second-2");
        var ingest = await EnvironmentAsync(builder, "ingest");

        Assert.Equal(["extractor-second", "extractor-second-r1"], Names(builder, "extractor-second"));
        Assert.Equal(["index-second-0", "index-second-0-r1"], Names(builder, "index-second-0"));
        Assert.Equal(environment, await EnvironmentAsync(builder, "extractor-second-r1"));
        Assert.Equal("/models/second.onnx", environment["Model__Source"]);
        Assert.Equal("2.5", environment["Model__Input__Mean__1"]);
        Assert.False(environment.ContainsKey("Model__Input__Scale__2"));
        Assert.Equal("out", environment["Model__Output__Embedding"]);
        Assert.False(environment.ContainsKey("Model__Output__Labels"));
        Assert.Equal(("second", "2", "16", "2", "3", "Exact"), (index["Index__Model"], index["Index__Version"], index["Index__Dimension"], index["Index__Shard"], index["Index__Shards"], index["Index__Algorithm"]));
        Assert.Equal(("second", "0.25", "3", "2"), (ingest["Models__1__Name"], ingest["Models__1__Weight"], ingest["Models__1__Shards"], ingest["Models__1__Replicas"]));
    }

    [Fact]
    public async Task Replicas_OfServicesThatAreCalledOneByOne_AreResourcesWithPortsOfTheirOwn()
    {
        await using var builder = await CreateAsync([.. SecondModel, "--ingest-replicas", "3", "--web-replicas", "2"]);
        var web = builder.Resources.Single(r => r.Name == "web");
        var addresses = await AddressesAsync(builder, "web");

        Assert.Equal(["ingest", "ingest-r1", "ingest-r2"], Names(builder, "ingest"));
        Assert.Equal(2, web.Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
        Assert.True(Assert.Single(web.Annotations.OfType<EndpointAnnotation>()).IsProxied);
        Assert.All(builder.Resources.OfType<ProjectResource>().Where(r => r != web), r => Assert.False(Assert.Single(r.Annotations.OfType<EndpointAnnotation>()).IsProxied));
        Assert.Equal(
            [
                "extractor-resnet18 0 extractor-resnet18", "extractor-second 0 extractor-second", "extractor-second 1 extractor-second-r1", "index-resnet18-0 0 index-resnet18-0",
                "index-resnet18-1 0 index-resnet18-1", "index-second-0 0 index-second-0", "index-second-0 1 index-second-0-r1", "index-second-1 0 index-second-1",
                "index-second-1 1 index-second-1-r1", "index-second-2 0 index-second-2", "index-second-2 1 index-second-2-r1", "ingest 0 ingest", "ingest 1 ingest-r1", "ingest 2 ingest-r2",
            ],
            addresses);
    }

    [Theory]
    [InlineData("--web-replicas")]
    [InlineData("--ingest-replicas")]
    public async Task Replicas_None_AreAProblemOfTheTopology(string option)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(option, "0");

        Assert.Equal(1, exitCode);
        Assert.Equal($"  - {option} must be a number between 1 and 64.", Assert.Single(error.TrimEnd().Split('\n')[1..]));
    }

    [Fact]
    public async Task Replicas_ARange_StartsTheLeast()
    {
        await using var builder = await CreateAsync([.. SecondModel, "--Models:0:ExtractorReplicas=3..9", "--ingest-replicas", "2..4", "--web-replicas", "2..4"]);

        Assert.Equal(["extractor-second", "extractor-second-r1", "extractor-second-r2"], Names(builder, "extractor-second"));
        Assert.Equal(["ingest", "ingest-r1"], Names(builder, "ingest"));
        Assert.Equal(2, builder.Resources.Single(r => r.Name == "web").Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
    }

    [Fact]
    public async Task FolderRoots_Repeated_AreAllPassedOn()
    {
        await using var builder = await CreateAsync("--folder-root", "/a", "--folder-root=/b", "--allow-private-addresses", "true", "--data", "/d");
        var ingest = await EnvironmentAsync(builder, "ingest");

        Assert.Equal(("/a", "/b", "true"), (ingest["Ingest__FolderRoots__0"], ingest["Ingest__FolderRoots__1"], ingest["Ingest__AllowPrivateAddresses"]));
        Assert.Equal(("embedded", "/d"), (ingest["Backend"], ingest["Data__Directory"]));
    }

    [Fact]
    public async Task RequireKey_WithAKey_BothReachWebAlone()
    {
        await using var builder = await CreateAsync("--require-key", "all", $"--Parameters:adminkey={new string('k', 32)}");
        var (web, ingest) = (await EnvironmentAsync(builder, "web"), await EnvironmentAsync(builder, "ingest"));

        Assert.Equal("all", web["Security__RequireKey"]);
        Assert.True(web.ContainsKey("Security__AdminKey"));
        Assert.True(Assert.Single(builder.Resources.OfType<ParameterResource>(), parameter => parameter.Name == "adminkey").Secret);
        Assert.DoesNotContain(ingest.Keys, key => key.StartsWith("Security__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RequireKey_NotSaid_IsNone()
    {
        await using var builder = await CreateAsync();
        var web = await EnvironmentAsync(builder, "web");

        Assert.Equal("none", web["Security__RequireKey"]);
        Assert.False(web.ContainsKey("Security__AdminKey"));
        Assert.Equal(64, web["Security__FormKey"].Length);
    }

    [Theory]
    [InlineData("--require-key=some", "--require-key 'some' is unknown")]
    [InlineData("--require-key=writes", "--require-key needs a key to begin with")]
    public async Task RequireKey_ThatCannotBe_IsAProblemOfTheTopology(string argument, string problem)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(argument);

        Assert.Equal(1, exitCode);
        Assert.Contains(problem, Assert.Single(error.TrimEnd().Split('\n')[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_WaitsForEverythingButExtractors()
    {
        await using var builder = await CreateAsync();
        var web = builder.Resources.Single(r => r.Name == "web");

        Assert.Equal(["ingest", "index-resnet18-0", "index-resnet18-1"], web.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name));
    }

    [Theory]
    [InlineData("ingest", "mongodb", "rabbitmq", "s3")]
    [InlineData("web", "mongodb", "rabbitmq", "s3")]
    [InlineData("extractor-resnet18", "mongodb", "rabbitmq", "s3")]
    [InlineData("index-resnet18-0", "mongodb")]
    public async Task Servers_Given_AreUsedByWhoNeedsThem(string service, params string[] connections)
    {
        await using var builder = await CreateAsync(["--backend", "servers", .. GivenServers, "--ConnectionStrings:s3=Endpoint=http://s:1;Bucket=b"]);
        var environment = await EnvironmentAsync(builder, service);

        Assert.Empty(builder.Resources.OfType<ContainerResource>());
        Assert.Equal(connections.Select(c => $"ConnectionStrings__{c}"), environment.Keys.Where(k => k.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).Order());
        Assert.Equal("mongodb://d/x", environment["ConnectionStrings__mongodb"]);
    }

    [Fact]
    public async Task Servers_Given_NothingWaitsForThem()
    {
        await using var builder = await CreateAsync(["--backend", "servers", .. GivenServers]);

        Assert.Empty(builder.Resources.SelectMany(r => r.Annotations.OfType<WaitAnnotation>()));
    }

    [Fact]
    public async Task Embedded_ConnectionStringsGiven_AreNotForIt()
    {
        await using var builder = await CreateAsync("--ConnectionStrings:mongodb=mongodb://d/x");

        Assert.DoesNotContain("ConnectionStrings__mongodb", (await EnvironmentAsync(builder, "web")).Keys);
    }

    [Fact]
    public async Task QueryTransport_Rpc_ReachesWebAndTheModelsExtractor()
    {
        await using var builder = await CreateAsync([.. SecondModel, "--Models:0:QueryTransport=Rpc", "--backend", "servers", .. GivenServers]);
        var web = await EnvironmentAsync(builder, "web");

        Assert.Equal(("Http", "Rpc"), (web["Models__0__QueryTransport"], web["Models__1__QueryTransport"]));
        Assert.Equal("Rpc", (await EnvironmentAsync(builder, "extractor-second"))["Model__QueryTransport"]);
        Assert.Equal("Http", (await EnvironmentAsync(builder, "extractor-resnet18"))["Model__QueryTransport"]);
    }

    [Fact]
    public async Task Index_NothingSaidOfIt_HasOnlyWhatEveryIndexHas()
    {
        await using var builder = await CreateAsync(SecondModel);
        var index = await EnvironmentAsync(builder, "index-second-0");

        Assert.Equal(
            ["Algorithm", "Dimension", "Model", "Shard", "Shards", "Version"],
            index.Keys.Where(k => k.StartsWith("Index__", StringComparison.Ordinal)).Select(k => k["Index__".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Index_ParametersOfTheModel_ReachEveryShard()
    {
        await using var builder = await CreateAsync(
        [
            .. SecondModel, "--Models:0:Algorithm=Hnsw", "--Models:0:Hnsw:M=24", "--Models:0:Hnsw:EfConstruction=300", "--Models:0:Hnsw:Ef=80", "--Models:0:Hnsw:Seed=7",
            "--Models:0:Hnsw:TargetRecall=0.995", "--Models:0:IndexRows=Mapped", "--Models:0:IndexMemoryLimitMiB=2048", "--Models:0:IndexRecallSample=0.05",
            "--Models:0:IndexSnapshotInterval=00:10:00",
        ]);

        for (var shard = 0; shard < 3; shard++)
        {
            var index = await EnvironmentAsync(builder, $"index-second-{shard}");
            Assert.Equal(("Hnsw", "24", "300", "80", "7", "0.995"), (index["Index__Algorithm"], index["Index__Hnsw__M"], index["Index__Hnsw__EfConstruction"], index["Index__Hnsw__Ef"], index["Index__Hnsw__Seed"], index["Index__Hnsw__TargetRecall"]));
            Assert.Equal(("Mapped", "2048", "0.05", "00:10:00"), (index["Index__Rows"], index["Index__MemoryLimitMiB"], index["Index__RecallSample"], index["Index__SnapshotInterval"]));
        }

        Assert.DoesNotContain((await EnvironmentAsync(builder, "index-resnet18-0")).Keys, k => k.StartsWith("Index__Hnsw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Index_ParametersThatCannotBe_AreAllProblemsOfTheTopology()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(
        [
            .. SecondModel, "--Models:0:Hnsw:M=1", "--Models:0:Hnsw:EfConstruction=1", "--Models:0:Hnsw:Ef=5000", "--Models:0:Hnsw:TargetRecall=1", "--Models:0:IndexRows=Disk",
            "--Models:0:IndexMemoryLimitMiB=-1", "--Models:0:IndexRecallSample=2", "--Models:0:IndexSnapshotInterval=-1",
        ]);

        Assert.Equal(1, exitCode);
        Assert.Equal(9, error.TrimEnd().Split('\n')[1..].Length);
        Assert.All(
            [
                "Hnsw:M must", "Hnsw:EfConstruction must", "Hnsw:Ef must", "Hnsw:TargetRecall must", "Hnsw has parameters", "IndexRows 'Disk' is unknown",
                "IndexMemoryLimitMiB must", "IndexRecallSample must", "IndexSnapshotInterval must",
            ],
            problem => Assert.Contains($"  - Model 'second': {problem}", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--Models:0:IndexRows=Disk", "IndexRows 'Disk' is unknown: use Memory or Mapped.")]
    [InlineData("--Models:0:IndexSnapshotInterval=often", "'often', the value of Models:0:IndexSnapshotInterval, cannot be read as a time such as 00:05:00.")]
    [InlineData("--Models:0:Hnsw:Efs=3", "there is no field 'Efs' in a ModelHnsw; its fields are M, EfConstruction, Ef, Seed, TargetRecall.")]
    public async Task Index_ParameterThatIsNone_IsAProblemOfTheTopology(string argument, string problem)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync([.. SecondModel, argument]);

        Assert.Equal(1, exitCode);
        Assert.EndsWith(problem, Assert.Single(error.TrimEnd().Split('\n')[1..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rpc", "embedded", "Model 'second': QueryTransport Rpc goes through the broker: start with --backend servers.")]
    [InlineData("Pigeon", "servers", "Models: 'Pigeon', the value of Models:0:QueryTransport, is unknown: use Http or Rpc.")]
    public async Task QueryTransport_ThatCannotBe_IsAProblemOfTheTopology(string transport, string backend, string problem)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync([.. SecondModel, $"--Models:0:QueryTransport={transport}", "--backend", backend]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"  - {problem}", Assert.Single(error.TrimEnd().Split('\n')[1..]));
    }

    [Theory]
    [InlineData("--prot", "8081")]
    [InlineData("--prot=8081")]
    public async Task Option_ThatIsNone_IsAProblemOfTheTopology(params string[] arguments)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("  - --prot is unknown: use --port, --model, --data, ", Assert.Single(error.TrimEnd().Split('\n')[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_StartsNothing()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync("--help");

        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task InvalidTopology_EndsWithEveryProblemInOneMessage()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(
            "--port=0", "--backend=tape", "--model=cat", "--Models:0:Name=dog", "--Models:1:Name=dog", "--Models:0:IndexShards=0", "--Models:0:Sha256=short", "--Models:0:Algorithm=Magic");

        Assert.Equal(1, exitCode);
        Assert.All(
            [
                "--port must be", "--backend 'tape'", "--model 'cat' does not ship: use resnet18 or resnet18-float or layout.", "'dog' is declared more than once",
                "IndexShards must be", "Sha256 must be", "'Magic' is unknown", "Dimension must be",
            ],
            problem => Assert.Contains(problem, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormerAlgorithm_IsToldItsName()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync("--Models:0:Algorithm=ExactInt8");

        Assert.Equal(1, exitCode);
        Assert.Contains("Algorithm ExactInt8 is called Exact now: write Exact.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Models:0:Dimension=many", "many")]
    [InlineData("--Models:0:Dimensions=5", "Dimensions")]
    public async Task UnreadableModel_IsAProblemOfTheTopology(string argument, string named)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(argument);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The topology is not valid:", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(IDistributedApplicationTestingBuilder builder, string service) =>
        builder.Resources.OfType<ProjectResource>().Select(r => r.Name).Where(name => name == service || name.StartsWith($"{service}-r", StringComparison.Ordinal));

    /// <summary>Which replica of which service a caller finds where: <c>services__NAME__http__N</c>.</summary>
    private static async Task<IEnumerable<string>> AddressesAsync(IDistributedApplicationTestingBuilder builder, string caller)
    {
        var context = await EnvironmentContextAsync(builder, caller);
        return context.EnvironmentVariables.Where(v => v.Key.StartsWith("services__", StringComparison.Ordinal))
            .Select(v => (Parts: v.Key.Split("__"), Endpoint: Assert.IsType<EndpointReference>(v.Value)))
            .Select(v => $"{v.Parts[1]} {v.Parts[3]} {v.Endpoint.Resource.Name}").Order(StringComparer.Ordinal);
    }

    private Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(["--data", _data.Path, .. args]);

    private static async Task<EnvironmentCallbackContext> EnvironmentContextAsync(IDistributedApplicationTestingBuilder builder, string name)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, builder.Resources.Single(r => r.Name == name));
        foreach (var annotation in context.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context;
    }

    private static async Task<Dictionary<string, string>> EnvironmentAsync(IDistributedApplicationTestingBuilder builder, string name)
    {
        var context = await EnvironmentContextAsync(builder, name);
        var values = new Dictionary<string, string>();
        foreach (var (key, value) in context.EnvironmentVariables)
        {
            // What takes a port has no value before the start; tests here ask for none of it.
            values[key] = value is ConnectionStringReference { Resource: ParameterResource } given
                ? (await ((IValueProvider)given).GetValueAsync())!
                : value.ToString()!;
        }

        return values;
    }
}
