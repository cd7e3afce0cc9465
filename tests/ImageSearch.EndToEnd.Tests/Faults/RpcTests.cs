using System.Globalization;
using ImageSearch.EndToEnd.Tests.Backends;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A model whose queries go over RabbitMQ, beside one whose queries go over HTTP.</summary>
[Collection(nameof(BrokerSystem))]
public sealed class RpcTests(BrokerSystemFixture fixture)
{
    private const string Model = BrokerSystemFixture.Rpc;
    private const string Tag = "rpc";
    private const int Count = 20;

    [Fact]
    public async Task Search_ModelDeclaresRpc_GoesOverTheBrokerAndOutlivesAReplica()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 and /proc are Linux's");
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        var system = fixture.System;
        var pictures = Pictures.Small(Count, seed: 800_000);
        await system.Api.UploadAsync(pictures, Tag);
        await system.Api.WaitUntilIndexedAsync(Count, Model, TimeSpan.FromMinutes(2), Tag);
        await system.Api.WaitUntilIndexedAsync(Count, SqueezeNet.Layout, TimeSpan.FromMinutes(2), Tag);

        await SearchAllAsync();
        Assert.True(await EmbeddedAsync(Model, "rpc") >= Count);
        Assert.Equal(0, await EmbeddedAsync(Model, "http"));
        Assert.Equal(0, await EmbeddedAsync(SqueezeNet.Layout, "rpc"));

        // The same vectors as those over HTTP: it is the same network.
        Assert.Equal(await RankingAsync(SqueezeNet.Layout), await RankingAsync(Model));

        SystemProcesses.Kill(SystemProcesses.Of(system.DataDirectory, $"extractor-{Model}")[0]);
        await SearchAllAsync();

        async Task<IEnumerable<(string Id, double Score)>> RankingAsync(string model)
        {
            using var answer = await system.Api.PostSearchAsync(pictures[0], $"?model={model}&tag={Tag}");
            return (await Api.JsonAsync(answer))["results"]!.AsArray().Select(result => ((string)result!["id"]!, (double)result["score"]!));
        }

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
