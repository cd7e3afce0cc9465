using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

public sealed class ImportLeaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_SlowSources_KeepsItsLease()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            await gate.Task.WaitAsync(context.RequestAborted);
            await RemoteServer.SendPictureAsync(context);
        });
        (string, string)[] settings =
            [("Ingest:AllowPrivateAddresses", "true"), ("Ingest:ImportLease", "00:00:02"), ("Ingest:ImportSaveInterval", "00:00:00.050"), ("Ingest:FetchTimeout", "00:01:00")];
        await using var one = IngestHost.Start(_directory, settings);
        await using var two = IngestHost.Start(_directory, settings); // takes what is not leased

        var import = await one.ImportAsync(new { urls = Enumerable.Range(0, 4).Select(i => server.Url($"/{i}")) });
        await Eventually.BecomesTrue(() => server.Requests == 4);
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.BecomesTrue(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(3)); // longer than the lease
        gate.SetResult();
        var status = await one.FinishedAsync(import);

        Assert.Equal((4, 4), (status.Total, status.Accepted));
        Assert.Equal(4, server.Requests);
    }
}
