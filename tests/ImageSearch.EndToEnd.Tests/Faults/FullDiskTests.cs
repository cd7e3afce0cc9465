using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>The database's disk is full while pictures come in.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Disk_OfTheDatabaseIsFull_IsSaidAndNothingIsLostWhenThereIsSpaceAgain()
    {
        Assert.SkipWhen(BreakableServers.Missing is not null, BreakableServers.Missing ?? "");
        await using var disk = await MountedDisk.MountAsync(megabytes: 400);
        await using var servers = await BreakableServers.StartAsync(["--syncdelay", "1"], mongoData: Path.Combine(disk.Path, "data"));
        await using var system = await RunningSystem.StartAsync(servers.Arguments);
        var known = Pictures.Small(20, seed: 600_000);
        await system.Api.UploadAsync(known);
        await system.Api.WaitUntilIndexedAsync(known.Count, SqueezeNet.Layout, Deadline);

        disk.Fill();
        var upload = PatientUpload.Start(system.Api, Pictures.Small(600, seed: 610_000));
        await Eventually.BecomesTrue(() => upload.Repeated > 0 || upload.Completion.IsFaulted, Deadline, what: "uploads refused because the disk is full");

        output.WriteLine($"mongod {(servers.Database.HasExited ? "ended" : "goes on")}; ingest says: "
            + await Outage.AssertSaysAsync(system, "ingest", null, "MongoDB", $"127.0.0.1:{servers.DatabaseLine.Port}"));
        await Outage.AssertRestIsUpAsync(system);
        var found = await system.Api.SearchAsync(known[3], SqueezeNet.Layout, k: 1);
        Assert.Equal(known[3].Id, (string?)found["results"]![0]!["id"]);

        // Whoever looks after the database makes room, and starts it if it ended.
        disk.Free();
        if (servers.Database.HasExited)
        {
            await servers.Database.StartAgainAsync();
        }

        await upload.Completion;
        await Eventually.BecomesTrue(async () => (await system.Api.IndexedAsync())[SqueezeNet.Layout] == 620, Deadline, what: "all pictures indexed");
        await Outage.AssertRecoversAsync(system, seed: 620_000);
    }
}
