using System.Diagnostics;
using System.Text.Json.Nodes;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class SystemApiTests : ApiTest
{
    protected override (string Key, string? Value)[] Settings =>
        [("System:Interval", "00:00:00.100"), ("System:History", "00:00:30"), ("System:Timeout", "00:00:00.500")];

    [Fact]
    public async Task Report_CountsThePicturesOfEveryModel()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 32, 32), $"{seed}.png", indexed: seed < 2);
        }

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(ImageId.Of(GeneratedPicture.Png(2, 32, 32)), 3, "broken")], Token);
        await System.Queue.PublishAsync(["layout"], [new WorkItem(ImageId.Of(GeneratedPicture.Png(3, 32, 32)))], Token);

        await Eventually.Succeeds(
            async () =>
            {
                var report = await ReportAsync();
                var (layout, other) = (report["models"]![0]!, report["models"]![1]!);
                Assert.Equal("layout 1 1", $"{layout["name"]} {layout["version"]} {layout["weight"]}");
                Assert.Equal((4, 2, 1, 1), Counts(layout));
                Assert.Equal((4, 2, 0, 2), Counts(other));
                var queue = report["queues"]![0]!;
                Assert.Equal(("layout", 1, 0, 0), ((string)queue["model"]!, (int)queue["waiting"]!, (int)queue["working"]!, (int)queue["dead"]!));
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task Report_AsksEveryReplicaByItself()
    {
        await System.AddAsync(GeneratedPicture.Png(0, 32, 32), "0.png");
        System.Shards[1].Fail(500);
        System.OtherShard.Hang();

        await Eventually.Succeeds(
            async () =>
            {
                var models = (await ReportAsync())["models"]!;
                var replica = models[0]!["shards"]![0]!["replicas"]!.AsArray().Single()!;
                Assert.Equal((System.Shards[0].Address, "ready", 1000, 0.1), ((string)replica["address"]!, (string)replica["state"]!, (int)replica["memoryBytes"]!, (double)replica["lagSeconds"]!));
                Assert.Null(replica["error"]);
                var failing = models[0]!["shards"]![1]!["replicas"]![0]!;
                Assert.Equal(("away", "answered with status 500"), ((string)failing["state"]!, (string)failing["error"]!));
                Assert.Null(failing["count"]);
                Assert.Equal("did not answer within 0.5 s", (string?)models[1]!["shards"]![0]!["replicas"]![0]!["error"]);
                Assert.Equal(3, (int)models[1]!["shards"]![0]!["declared"]!);
            },
            cancellationToken: Token);
    }

    [Theory]
    [InlineData(200, "ready", null)]
    [InlineData(503, "loading", "is not ready: its model is being loaded, or what it needs is away")]
    [InlineData(500, "away", "answered with status 500")]
    public async Task Report_AsksEveryExtractor(int status, string state, string? error)
    {
        if (status != 200)
        {
            System.Extractor.Fail(status);
        }

        await Eventually.Succeeds(
            async () =>
            {
                var extractor = (await ReportAsync())["models"]![0]!["extractors"]!.AsArray().Single()!;
                Assert.Equal((System.Extractor.Address, state, error), ((string)extractor["address"]!, (string)extractor["state"]!, (string?)extractor["error"]));
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task Store_IsAway_TheRestIsStillTold()
    {
        System.StoreIsAway = true;

        await Eventually.Succeeds(
            async () =>
            {
                var report = await ReportAsync();
                Assert.Null(report["models"]![0]!["known"]);
                Assert.Equal("The store of records does not answer.", (string?)report["models"]![0]!["error"]);
                Assert.Equal("ready", (string?)report["models"]![0]!["shards"]![0]!["replicas"]![0]!["state"]);
                Assert.Null(report["history"]!["extractionRate"]!.AsArray()[^1]);
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task History_HasTheSearchesOfThisServer()
    {
        var picture = GeneratedPicture.Png(0, 32, 32);
        await System.AddAsync(picture, "0.png");
        for (var i = 0; i < 5; i++)
        {
            (await Http.PostAsync("/api/v1/search", Form(picture), Token)).EnsureSuccessStatusCode();
        }

        System.Extractor.Fail(500);
        (await Http.PostAsync("/api/v1/search?model=layout", Form(picture), Token)).Dispose();

        await Eventually.Succeeds(
            async () =>
            {
                var history = (await ReportAsync())["history"]!;
                var (rates, failures) = (Values(history, "searchRate"), Values(history, "searchFailureRate"));
                Assert.All(["searchFailureRate", "searchP50", "searchP95", "extractionRate", "queueDepth"], name => Assert.Equal(rates.Count, Values(history, name).Count));
                Assert.True(rates.Sum() > 0 && failures.Sum() > 0, "No search was counted.");
                Assert.True(rates.Sum() > failures.Sum(), "All searches count as failed.");
                Assert.All(Values(history, "searchP50").Zip(Values(history, "searchP95")), pair => Assert.True(pair.First is null || pair.First <= pair.Second));
                Assert.Contains(Values(history, "searchP50"), latency => latency > 0);
                Assert.Contains(Values(history, "searchP50"), latency => latency is null);
            },
            cancellationToken: Token);
        Assert.Equal((0.1, 300), ((double)(await ReportAsync())["history"]!["stepSeconds"]!, (int)(await ReportAsync())["history"]!["steps"]!));
    }

    [Fact]
    public async Task History_HasTheRateOfExtractions()
    {
        await Eventually.BecomesTrue(async () => Values((await ReportAsync())["history"]!, "extractionRate").Count > 0, cancellationToken: Token);

        await System.AddAsync(GeneratedPicture.Png(0, 32, 32), "0.png");

        await Eventually.BecomesTrue(async () => Values((await ReportAsync())["history"]!, "extractionRate").Any(rate => rate > 0), cancellationToken: Token);
    }

    [Fact]
    public async Task Asking_CostsIndexServersNothing()
    {
        await ReportAsync();
        var before = System.Shards[0].Requests.Count;
        var start = Stopwatch.GetTimestamp();

        for (var i = 0; i < 200; i++)
        {
            await ReportAsync();
        }

        // Only the looks of the sampler itself, ten a second.
        Assert.InRange(System.Shards[0].Requests.Count - before, 0, (Stopwatch.GetElapsedTime(start).TotalSeconds * 10) + 2);
    }

    private async Task<JsonObject> ReportAsync() => await JsonAsync(await Http.GetAsync("/api/v1/system", Token));

    private static List<double?> Values(JsonNode history, string name) => [.. history[name]!.AsArray().Select(value => (double?)value)];

    private static (int Known, int Embedded, int Failed, int Pending) Counts(JsonNode model) =>
        ((int)model["known"]!, (int)model["embedded"]!, (int)model["failed"]!, (int)model["pending"]!);
}
