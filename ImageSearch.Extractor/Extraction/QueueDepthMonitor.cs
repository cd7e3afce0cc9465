using ImageSearch.Core;
using ImageSearch.Core.Queue;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Extraction;

/// <summary>Reads the queue's length for the metric: a scrape must not ask the store.</summary>
internal sealed class QueueDepthMonitor(
    IWorkQueue queue, IOptions<ModelOptions> model, ExtractorTelemetry telemetry, ILogger<QueueDepthMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                telemetry.QueueHas((await queue.CountAsync(model.Value.Name, stoppingToken)).Waiting);
            }
            catch (BackendUnavailableException)
            {
                // What is away is said once, by whoever watches over it.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.CountFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
