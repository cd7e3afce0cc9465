using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>Servers that cannot be used from the start: one clear sentence that says what and where, the rest is up, and all is well by itself when the cause is gone.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const string Secret = "pass-of-this-test";

    [Fact]
    public async Task Broker_RefusesThePassword_IsSaidAndPasses()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null, BreakableServers.Missing ?? "");
        await using var servers = await BreakableServers.StartAsync();
        await using var system = await RunningSystem.StartAsync(null, waitUntilHealthy: false, servers.ArgumentsWith($"stranger:{Secret}@"));

        await Outage.AssertRestIsUpAsync(system);
        foreach (var service in new[] { "ingest", "extractor-layout" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, Secret, $"127.0.0.1:{servers.BrokerLine.Port}", "password", "stranger"));
        }

        await servers.Broker.AddUserAsync("stranger", Secret);

        await Outage.AssertRecoversAsync(system, seed: 500_001);
    }

    [Fact]
    public async Task Database_RefusesThePassword_IsSaidAndPasses()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null, BreakableServers.Missing ?? "");
        await using var servers = await BreakableServers.StartAsync(["--auth"]);
        await using var system = await RunningSystem.StartAsync(null, waitUntilHealthy: false, servers.ArgumentsWith("guest:guest@", $"stranger:{Secret}@"));

        await Outage.AssertRestIsUpAsync(system);
        foreach (var service in new[] { "web", "ingest", "extractor-layout", "index-layout-0" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, Secret, $"127.0.0.1:{servers.DatabaseLine.Port}", "password"));
        }

        await servers.Database.AddFirstUserAsync("imagesearch", "stranger", Secret);

        await Outage.AssertRecoversAsync(system, seed: 500_002);
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

    [Fact]
    public async Task Blobs_BucketServerIsAway_IsSaidAndPasses()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null || S3Server.Missing is not null, BreakableServers.Missing ?? S3Server.Missing ?? "");
        await using var servers = await BreakableServers.StartAsync();
        await using var blobs = await S3Server.StartAsync(CancellationToken.None);
        blobs.Kill();
        await using var system = await RunningSystem.StartAsync(
            null, waitUntilHealthy: false, [.. servers.Arguments, $"--ConnectionStrings:s3={blobs.ConnectionString};Timeout=5;Retries=1"]);

        await Outage.AssertRestIsUpAsync(system);
        foreach (var service in new[] { "web", "ingest", "extractor-layout" })
        {
            output.WriteLine(await Outage.AssertSaysAsync(system, service, S3Server.SecretKey + ";", "bucket 'imagesearch'", $"127.0.0.1:{blobs.Port}"));
        }

        await blobs.StartAgainAsync();

        await Outage.AssertRecoversAsync(system, seed: 500_004);
    }
}
