using ImageSearch.Core;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Backfill;

/// <summary>
/// Hands every model the pictures that it has not seen: all of them when the model is new, the few whose upload died between "stored" and
/// "queued" otherwise. Each model has its own loop, goes through the ids in order, page by page, and pauses while the model's queue is long,
/// so that a million pictures are neither queued at once nor listed again and again. Queueing what is queued changes nothing, so several
/// replicas may sweep at the same time. Failed pictures are not listed: they wait for <c>retry</c>.
/// </summary>
internal sealed class BackfillSweeper(
    IImageStore store, IWorkQueue queue, IngestTelemetry telemetry, IOptions<ModelRoutes> models, IOptions<IngestOptions> options,
    TimeProvider time, ILogger<BackfillSweeper> logger) : BackgroundService
{
    /// <summary>Read when work begins: the host makes its services before it validates the options.</summary>
    private IngestOptions Options => options.Value;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(models.Value.Select(model => SweepAsync(model, stoppingToken)));

    private async Task SweepAsync(ModelRoute model, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Options.BackfillInterval, time);
        ImageId? after = null;
        try
        {
            do
            {
                try
                {
                    after = await SweepAsync(model, after, stopping);
                }
                catch (BackendUnavailableException)
                {
                    // The next tick tries again; what is away is said once, by whoever watches over it.
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    Log.BackfillFailed(logger, model.Name, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <returns>Where to go on at the next tick; null from the start.</returns>
    private async Task<ImageId?> SweepAsync(ModelRoute model, ImageId? after, CancellationToken cancellationToken)
    {
        while (await HasRoomAsync(model, cancellationToken))
        {
            var pending = await store.ListPendingAsync(model.Key, after, Options.BackfillMinimumAge, Options.BackfillPage, cancellationToken);
            if (pending.Count > 0)
            {
                await queue.PublishAsync([model.Name], [.. pending.Select(id => new WorkItem(id))], cancellationToken);
                telemetry.Backfilled(model.Name, pending.Count);
                Log.Backfilled(logger, model.Name, pending.Count);
            }

            if (pending.Count < Options.BackfillPage)
            {
                return null;
            }

            after = pending[^1];
        }

        return after;
    }

    private async Task<bool> HasRoomAsync(ModelRoute model, CancellationToken cancellationToken)
    {
        var counts = await queue.CountAsync(model.Name, cancellationToken);
        return counts.Waiting + counts.Leased < Options.BackfillQueueLimit;
    }
}
