using System.Diagnostics;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

/// <summary>Imports outlive the process that works on them.</summary>
public sealed class ImportRestartTests : IDisposable
{
    private const int Sources = 60;
    private const int BeforeTheGate = 25;

    private readonly TemporaryDirectory _directory = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_HostStopsHalfWay_NextOneFinishesWithTheRightCounts()
    {
        await using var server = await StartServerAsync();
        string import;
        await using (var first = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:00:00.500")))
        {
            import = await first.ImportAsync(new { urls = Urls(server) });
            await Eventually.BecomesTrue(() => server.Requests > BeforeTheGate);
            _gate.SetResult(); // what is in flight at shutdown is worked off, not thrown away
        }

        await using var second = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"));
        var status = await second.FinishedAsync(import);

        Assert.Equal((Sources, Sources, 0, 0), (status.Total, status.Accepted, status.Duplicate, status.Rejected));
        Assert.Equal(Sources, await second.Store.CountAsync(default));
        Assert.Equal(Sources, server.Requests);
    }

    [Fact]
    public async Task Import_HostStops_GivesTheLeaseBackAtOnce()
    {
        await using var server = await StartServerAsync();
        string import;
        await using (var first = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:01:00"), ("Ingest:ImportLease", "01:00:00")))
        {
            import = await first.ImportAsync(new { urls = Urls(server) });
            await Eventually.BecomesTrue(() => server.Requests > BeforeTheGate);
            // Sources that hang: shutdown waits for its grace and no longer.
        }

        _gate.SetResult();
        await using var second = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"));
        var status = await second.FinishedAsync(import);

        Assert.Equal(Sources, status.Accepted + status.Duplicate);
        Assert.Equal(Sources, await second.Store.CountAsync(default));
    }

    [Fact]
    public async Task Import_ProcessIsKilled_NextOneFinishesIt()
    {
        await using var server = await StartServerAsync();
        (string, string)[] settings = [("Ingest:AllowPrivateAddresses", "true"), ("Ingest:ImportLease", "00:00:01"), ("Ingest:ImportSaveInterval", "00:00:00.050")];
        await using var second = IngestHost.Start(_directory, [.. settings, ("Ingest:ImportPollInterval", "00:10:00"), ("Ingest:ImportWorkers", "1")]);
        string import;
        long before;
        using (var process = StartProcess(settings))
        {
            // The second host looks for imports once in ten minutes: the process takes it.
            await Eventually.BecomesTrue(async () => await second.Imports.LeaseAsync("test", TimeSpan.FromMilliseconds(1), default) is null);
            import = await AddAsync(second, Urls(server));
            await Eventually.BecomesTrue(() => server.Requests > BeforeTheGate);
            await Eventually.BecomesTrue(async () => (await second.StatusAsync(import)).Accepted > 0);
            process.Kill();
            await process.WaitForExitAsync();
            before = (await second.StatusAsync(import)).Accepted;
        }

        Assert.InRange(before, 1, Sources - 1);
        _gate.SetResult();
        await using var third = IngestHost.Start(_directory, settings);
        var status = await third.FinishedAsync(import);

        Assert.Equal((Sources, 0), (status.Total, status.Rejected));
        Assert.Equal(Sources, status.Accepted + status.Duplicate);
        Assert.InRange(status.Duplicate, 0, 4 * 4); // no more than what was in flight is done again
        Assert.Equal(Sources, await third.Store.CountAsync(default));
    }

    private static async Task<string> AddAsync(IngestHost host, IReadOnlyList<string> urls)
    {
        var import = new Core.Imports.ImportRecord(Guid.NewGuid().ToString("N"), urls, null, [], DateTimeOffset.UtcNow, urls.Count);
        await host.Imports.AddAsync(import, default);
        return import.Id;
    }

    private static IReadOnlyList<string> Urls(RemoteServer server) => [.. Enumerable.Range(0, Sources).Select(i => server.Url($"/{i}"))];

    private Task<RemoteServer> StartServerAsync() => RemoteServer.StartAsync(async context =>
    {
        if (int.Parse(context.Request.Path.Value![1..], null) >= BeforeTheGate)
        {
            await _gate.Task.WaitAsync(context.RequestAborted);
        }

        await RemoteServer.SendPictureAsync(context);
    });

    /// <summary>The service as its own process, so that it can die as processes do.</summary>
    private Process StartProcess((string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "ImageSearch.Ingest.dll"), "--urls", "http://127.0.0.1:0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in IngestHost.DefaultSettings(_directory.Combine("data")).Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
