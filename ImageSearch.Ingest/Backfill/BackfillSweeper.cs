using ImageSearch.Core;
using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Backfill;

/// <summary>
/// Queues for every model the pictures that have no outcome and may be in no queue: all of them when the model is new or the broker came
/// back empty, those uploaded while it was away, the few whose upload died between "stored" and "queued". Each model has its own loop,
/// which goes through the ids in order, page by page, and pauses while the model's queue is long, so that a million pictures are neither
/// queued at once nor listed again and again. A round begins only when the queue is short and holds less than the store waits for: what is
/// in work is queued a second time then, and dropped by the extractor that finds its outcome. One replica sweeps at a time. Failed pictures
/// are not listed: they wait for <c>retry</c>.
/// </summary>
internal sealed class BackfillSweeper(
    IImageStore store, IWorkQueue queue, IIdempotencyStore claims, IngestTelemetry telemetry, IOptions<ModelRoutes> models,
    IOptions<IngestOptions> options,
    TimeProvider time, ILogger<BackfillSweeper> logger) : BackgroundService
{
    /// <summary>Another replica sweeps when the one that did died this long ago.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    private readonly string _owner = Guid.NewGuid().ToString("N");

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
                    if (after is not null || await IsMissingAsync(model, stopping))
                    {
                        after = await SweepAloneAsync(model, after, stopping);
                    }
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

    /// <returns>Whether the queue is about to run dry though the store waits for more than it holds.</returns>
    private async Task<bool> IsMissingAsync(ModelRoute model, CancellationToken cancellationToken)
    {
        var waiting = (await queue.CountAsync(model.Name, cancellationToken)).Waiting;
        if (waiting >= Math.Min(Options.BackfillPage, Options.BackfillQueueLimit))
        {
            return false;
        }

        var settled = await store.CountExtractionsAsync(model.Key, cancellationToken);
        return await store.CountAsync(cancellationToken) - settled.Indexed - settled.Failed > waiting;
    }

    private async Task<ImageId?> SweepAloneAsync(ModelRoute model, ImageId? after, CancellationToken cancellationToken)
    {
        // Not one that a client can send: theirs are printable.
        var key = $"backfill\t{model.Name}";
        if (!(await claims.ClaimAsync(key, _owner, Claim, cancellationToken)).IsMine)
        {
            return after;
        }

        try
        {
            // Another replica may have queued it since.
            return after is not null || await IsMissingAsync(model, cancellationToken)
                ? await SweepAsync(model, after, cancellationToken)
                : null;
        }
        finally
        {
            await claims.ReleaseAsync(key, _owner, CancellationToken.None);
        }
    }

    /// <returns>Where to go on at the next tick; null from the start.</returns>
    private async Task<ImageId?> SweepAsync(ModelRoute model, ImageId? after, CancellationToken cancellationToken)
    {
        while (await HasRoomAsync(model, cancellationToken))
        {
            var pending = await store.ListPendingAsync(
                model.Key, after, Options.BackfillMinimumAge, Options.BackfillPage, cancellationToken);
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
