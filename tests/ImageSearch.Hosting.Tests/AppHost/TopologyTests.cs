using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace ImageSearch.Hosting.Tests.AppHost;

public sealed class TopologyTests
{
    private static readonly string[] SecondModel =
    [
        "--Models:0:Name=second", "--Models:0:Version=2", "--Models:0:Dimension=16", "--Models:0:Source=/models/second.onnx",
        $"--Models:0:Sha256={new string('a', 64)}", "--Models:0:Input:Name=data", "--Models:0:Output:Embedding=out", "--Models:0:Weight=0.25",
        "--Models:0:Input:Mean:0=1.5", "--Models:0:Input:Mean:1=2.5", "--Models:0:Input:Mean:2=3.5",
        "--Models:0:ExtractorReplicas=2", "--Models:0:IndexShards=3", "--Models:0:IndexReplicas=2",
    ];

    [Fact]
    public async Task Default_HasOneModel()
    {
        await using var builder = await CreateAsync();

        Assert.Equal(["ingest", "web", "extractor-layout", "index-layout-0", "index-layout-1"], builder.Resources.Select(r => r.Name));
    }

    [Fact]
    public async Task ModelFromConfiguration_IsAddedWithItsReplicasShardsAndSettings()
    {
        await using var builder = await CreateAsync(SecondModel);
        var extractor = builder.Resources.Single(r => r.Name == "extractor-second");
        var environment = await EnvironmentAsync(builder, "extractor-second");
        var index = await EnvironmentAsync(builder, "index-second-2");
        var ingest = await EnvironmentAsync(builder, "ingest");

        Assert.Equal(2, extractor.Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
        Assert.Equal(2, builder.Resources.Single(r => r.Name == "index-second-0").Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
        Assert.Equal("/models/second.onnx", environment["Model__Source"]);
        Assert.Equal("2.5", environment["Model__Input__Mean__1"]);
        Assert.Equal("1", environment["Model__Input__Scale__2"]);
        Assert.Equal("out", environment["Model__Output__Embedding"]);
        Assert.False(environment.ContainsKey("Model__Output__Labels"));
        Assert.Equal(("second", "2", "16", "2", "3", "Exact"), (index["Index__Model"], index["Index__Version"], index["Index__Dimension"], index["Index__Shard"], index["Index__Shards"], index["Index__Algorithm"]));
        Assert.Equal(("second", "0.25", "3", "2"), (ingest["Models__1__Name"], ingest["Models__1__Weight"], ingest["Models__1__Shards"], ingest["Models__1__Replicas"]));
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
    public async Task Web_WaitsForEverythingButExtractors()
    {
        await using var builder = await CreateAsync();
        var web = builder.Resources.Single(r => r.Name == "web");

        Assert.Equal(["ingest", "index-layout-0", "index-layout-1"], web.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name));
    }

    [Fact]
    public async Task InvalidTopology_EndsWithEveryProblemInOneMessage()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(
            "--port=0", "--backend=tape", "--Models:0:Name=layout", "--Models:0:IndexShards=0", "--Models:0:Sha256=short", "--Models:0:Algorithm=Magic");

        Assert.Equal(1, exitCode);
        Assert.All(
            ["--port must be", "--backend 'tape'", "'layout' is declared more than once", "IndexShards must be", "Sha256 must be", "'Magic' is unknown", "Dimension must be"],
            problem => Assert.Contains(problem, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
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

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(args);

    private static async Task<Dictionary<string, string>> EnvironmentAsync(IDistributedApplicationTestingBuilder builder, string name)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, builder.Resources.Single(r => r.Name == name));
        foreach (var annotation in context.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables.ToDictionary(v => v.Key, v => v.Value.ToString()!);
    }
}
