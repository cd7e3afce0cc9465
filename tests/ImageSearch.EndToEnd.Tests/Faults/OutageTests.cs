using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>Servers that cannot be used from the start: one clear sentence that says what and where, the rest is up, and all is well by itself when the cause is gone.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const string Secret = "pass-of-this-test";

    [Fact]
    public async Task Servers_RefuseThePasswordOrTheBucketIsAway_EachIsSaidAndPasses()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null || S3Server.Missing is not null, BreakableServers.Missing ?? S3Server.Missing ?? "");
        await using var servers = await BreakableServers.StartAsync(["--auth"]);
        await using var blobs = await S3Server.StartAsync(CancellationToken.None);
        blobs.Kill();
        await using var system = await RunningSystem.StartAsync(
            null, waitUntilHealthy: false,
            [.. servers.ArgumentsWith($"stranger:{Secret}@", $"stranger:{Secret}@"), $"--ConnectionStrings:s3={blobs.ConnectionString};Timeout=5;Retries=1"]);

        await Outage.AssertRestIsUpAsync(system);
        foreach (var service in new[] { "ingest", "extractor-layout" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, Secret, $"127.0.0.1:{servers.BrokerLine.Port}", "password", "stranger"));
        }

        foreach (var service in new[] { "web", "ingest", "extractor-layout", "index-layout-0" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, Secret, $"127.0.0.1:{servers.DatabaseLine.Port}", "password"));
        }

        foreach (var service in new[] { "web", "ingest", "extractor-layout" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, S3Server.SecretKey + ";", "bucket 'imagesearch'", $"127.0.0.1:{blobs.Port}"));
        }

        await servers.Broker.AddUserAsync("stranger", Secret);
        await servers.Database.AddFirstUserAsync("imagesearch", "stranger", Secret);
        await blobs.StartAgainAsync();

        await Outage.AssertRecoversAsync(system, seed: 500_001);
    }

    [Fact]
    public async Task Servers_AreNotThere_IsSaidAndPasses()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null, BreakableServers.Missing ?? "");
        await using var servers = await BreakableServers.StartAsync();
        servers.BrokerLine.Cut(ProxyCut.Reset);
        servers.DatabaseLine.Cut(ProxyCut.Reset);
        await using var system = await RunningSystem.StartAsync(null, waitUntilHealthy: false, servers.Arguments);

        await Outage.AssertRestIsUpAsync(system);
        foreach (var service in new[] { "ingest", "extractor-layout" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, null, "RabbitMQ", $"127.0.0.1:{servers.BrokerLine.Port}"));
            output.WriteLine(await Outage.AssertSaysAsync(system, service, null, "MongoDB", $"127.0.0.1:{servers.DatabaseLine.Port}"));
        }

        servers.BrokerLine.Restore();
        servers.DatabaseLine.Restore();

        await Outage.AssertRecoversAsync(system, seed: 500_003);
    }
}
