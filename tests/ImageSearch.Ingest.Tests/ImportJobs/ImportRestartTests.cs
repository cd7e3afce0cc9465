using System.Diagnostics;
using ImageSearch.Ingest.ImportJobs;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Ingest.Tests.ImportJobs;

/// <summary>Imports outlive the process that works on them.</summary>
public sealed class ImportRestartTests : IDisposable
{
    private const int Sources = 60;
    private const int BeforeTheGate = 25;
    private const int Concurrency = 4;
    private const int Window = 4 * Concurrency;

    /// <summary>On a busy machine one takes its time to start.</summary>
    private static readonly TimeSpan ForAProcess = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_HostStopsHalfWay_NextOneFinishesWithTheRightCounts()
    {
        await using var server = await StartServerAsync();
        string import;
        await using (var first = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:01:00")))
        {
            import = await first.ImportAsync(new { urls = Urls(server) });
            await Eventually.BecomesTrue(() => server.Requests == BeforeTheGate + Concurrency);
            var stopped = first.Services.GetServices<IHostedService>().OfType<ImportWorker>().Single().StopAsync(default);
            _gate.SetResult();
            await stopped;
            // What was in flight is worked off, not thrown away, and nothing new is begun.
            Assert.Equal(BeforeTheGate + Window, (await first.StatusAsync(import)).Accepted);
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
        await using (var first = IngestHost.Start(
            _directory, ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:01:00"), ("Ingest:ImportLease", "01:00:00")))
        {
            import = await first.ImportAsync(new { urls = Urls(server) });
            await Eventually.BecomesTrue(() => server.Requests == BeforeTheGate + Concurrency);
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
        (string, string)[] settings =
            [("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:02:00"), ("Ingest:ImportLease", "00:00:05"),
                ("Ingest:ImportSaveInterval", "00:00:00.050")];
        await using var second = IngestHost.Start(_directory, RemoveWorker, settings); // looks on
        string import;
        using (var process = StartProcess(settings))
        {
            import = await second.ImportAsync(new { urls = Urls(server) });
            await Eventually.BecomesTrue(() => server.Requests == BeforeTheGate + Concurrency, ForAProcess);
            await Eventually.BecomesTrue(async () => (await second.StatusAsync(import)).Accepted == BeforeTheGate);
            process.Kill();
            await process.WaitForExitAsync();
        }

        _gate.SetResult();
        await using var third = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"));
        var status = await third.FinishedAsync(import);

        Assert.Equal((Sources, Sources, 0, 0), (status.Total, status.Accepted, status.Duplicate, status.Rejected));
        Assert.Equal(Sources, await third.Store.CountAsync(default));
        Assert.Equal(Sources + Concurrency, server.Requests); // only what was in flight is done again
    }

    private static void RemoveWorker(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(ImportWorker)));

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
        foreach (var (key, value) in IngestHost.DefaultSettings(_directory.Combine("data")).Select(pair => (pair.Key, pair.Value)).Concat(settings))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["HTTP_PROXY"] = start.Environment["ALL_PROXY"] = "http://127.0.0.1:9"; // to be ignored: a proxy would resolve unchecked
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
