using ImageSearch.Core;
using ImageSearch.Core.Imports;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Works on imports, its own process's and those that others left behind.</summary>
internal sealed class ImportWorker(
    IImportStore imports, ImportSources sources, ImportRunner runner, ImportSignal signal, IngestTelemetry telemetry,
    IOptions<IngestOptions> options, TimeProvider time, ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>Before the next look at a store that failed.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(2);

    /// <summary>Read when work begins: the host makes its services before it validates the options.</summary>
    private IngestOptions Options => options.Value;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(0, Options.ImportWorkers).Select(_ => WorkAsync($"{Environment.MachineName}-{Guid.NewGuid():N}", stoppingToken)));

    private async Task WorkAsync(string worker, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await imports.LeaseAsync(worker, Options.ImportLease, stopping) is { } import)
                {
                    await WorkOnAsync(import, worker, stopping);
                }
                else
                {
                    await signal.WaitAsync(Options.ImportPollInterval, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (e is not BackendUnavailableException)
                {
                    Log.ImportsUnavailable(logger, FailurePause, e); // what is away is said once, by whoever watches over it
                }

                await Task.Delay(FailurePause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WorkOnAsync(ImportRecord import, string worker, CancellationToken stopping)
    {
        Log.ImportStarted(logger, import.Id, import.Position);
        var end = ImportRunEnd.Interrupted;
        try
        {
            using var run = new ImportRun(import, worker, imports, sources, runner, Options, time);
            end = await run.RunAsync(stopping);
        }
        finally
        {
            telemetry.ImportChanged(end switch
            {
                ImportRunEnd.Finished => "finished",
                ImportRunEnd.Cancelled => "cancelled",
                ImportRunEnd.LeaseLost => "lease-lost",
                _ => "interrupted",
            });
            Log.ImportEnded(logger, import.Id, end);
            if (end is ImportRunEnd.Interrupted or ImportRunEnd.Cancelled)
            {
                // Whoever comes next need not wait for the lease to end.
                await imports.ReleaseAsync(import.Id, worker, CancellationToken.None);
            }
        }
    }
}
