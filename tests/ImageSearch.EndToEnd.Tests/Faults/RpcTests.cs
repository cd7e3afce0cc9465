using System.Globalization;
using ImageSearch.EndToEnd.Tests.Backends;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A model whose queries go over RabbitMQ, beside one whose queries go over HTTP.</summary>
public sealed class RpcTests(SharedServers servers)
{
    private const string Model = "over-rpc";
    private const int Count = 20;

    [Fact]
    public async Task Search_ModelDeclaresRpc_GoesOverTheBrokerAndOutlivesAReplica()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 and /proc are Linux's");
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        var arguments = await servers.AddSystemAsync($"rpc-{Guid.NewGuid():N}", blobs: false);
        await using var system = await RunningSystem.StartAsync([.. arguments, .. LayoutModel.DeclaredAs(0, Model, 2), "--Models:0:QueryTransport=Rpc"]);
        var pictures = Pictures.Small(Count, seed: 800_000);
        await system.Api.UploadAsync(pictures);
        await system.Api.WaitUntilIndexedAsync(Count, Model, TimeSpan.FromMinutes(2));
        await system.Api.WaitUntilIndexedAsync(Count, SqueezeNet.Layout, TimeSpan.FromMinutes(2));

        await SearchAllAsync();
        Assert.True(await EmbeddedAsync(Model, "rpc") >= Count);
        Assert.Equal(0, await EmbeddedAsync(Model, "http"));
        Assert.Equal(0, await EmbeddedAsync(SqueezeNet.Layout, "rpc"));

        // The same vectors as those over HTTP: it is the same network.
        var (over, direct) = (await system.Api.SearchAsync(pictures[0], Model), await system.Api.SearchAsync(pictures[0], SqueezeNet.Layout));
        Assert.Equal(direct["results"]!.ToJsonString(), over["results"]!.ToJsonString());

        SystemProcesses.Kill(SystemProcesses.Of(system.DataDirectory, $"extractor-{Model}")[0]);
        await SearchAllAsync();

        async Task SearchAllAsync()
        {
            foreach (var picture in pictures)
            {
                Assert.Equal(picture.Id, (string?)(await system.Api.SearchAsync(picture, Model, k: 1))["results"]![0]!["id"]);
            }
        }

        async Task<long> EmbeddedAsync(string model, string transport)
        {
            var metrics = await system.Client("web").GetStringAsync("/metrics");
            return metrics.Split('\n')
                .Where(line => line.StartsWith("imagesearch_search_embed_duration_seconds_count{", StringComparison.Ordinal))
                .Where(line => line.Contains($"model=\"{model}\"", StringComparison.Ordinal) && line.Contains($"transport=\"{transport}\"", StringComparison.Ordinal))
                .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
    }
}
