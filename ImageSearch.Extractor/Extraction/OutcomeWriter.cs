using ImageSearch.Core;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Extraction;

/// <summary>
/// Writes outcomes down and settles their deliveries, in this order: the state is durable before the queue forgets the work. A crash
/// between the two repeats the work, and every write is idempotent.
/// </summary>
internal sealed class OutcomeWriter(
    IImageStore store,
    IWorkQueue queue,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    ExtractorTelemetry telemetry,
    ILogger<OutcomeWriter> logger)
{
    /// <summary>Stopping or not, what is done is worth a moment to be written down.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Settles the outcomes, if need be again and again until the extractor stops. While a disk is full or a server away, results are held
    /// here: to leave them to the end of their leases would cost each an attempt, and in the end a picture that nothing is wrong with.
    /// </summary>
    /// <returns>What is away, so that there is no sense in taking more work now; null when all is settled.</returns>
    public async Task<BackendUnavailableException?> SettleAsync(IReadOnlyList<Outcome> outcomes, CancellationToken stopping)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                try
                {
                    return await SettleOnceAsync(outcomes);
                }
                catch (Exception e) when (IsOfTheStore(e) && !stopping.IsCancellationRequested)
                {
                    if (e is not StorageException)
                    {
                        Log.SettlingDelayed(logger, outcomes.Count, pause.TotalSeconds, e.Message);
                    }

                    await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        catch (Exception e)
        {
            // Nothing is lost: what is not settled comes back when its lease ends.
            Log.SettlingFailed(logger, outcomes.Count, e);
            return e as BackendUnavailableException;
        }
        finally
        {
            foreach (var outcome in outcomes)
            {
                outcome.Trace?.Dispose();
            }
        }
    }

    /// <remarks>All of it may be repeated: a write that is done, or whose lease has ended, changes nothing.</remarks>
    private async Task<BackendUnavailableException?> SettleOnceAsync(IReadOnlyList<Outcome> outcomes)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var unavailable = await StoreAsync([.. outcomes.OfType<Outcome.Embedded>()], deadline.Token);
        await queue.CompleteAsync([.. outcomes.OfType<Outcome.Done>().Select(outcome => outcome.Delivery)], deadline.Token);
        await GiveUpAsync([.. outcomes.OfType<Outcome.GiveUp>()], deadline.Token);
        foreach (var retry in outcomes.OfType<Outcome.Retry>())
        {
            await RetryAsync(retry.Delivery, retry.Reason, deadline.Token);
        }

        await ReturnAsync([.. outcomes.OfType<Outcome.Return>().Select(outcome => outcome.Delivery)], deadline.Token);
        return unavailable;
    }

    /// <summary>The store is away, or slow: that says nothing about the picture.</summary>
    private static bool IsOfTheStore(Exception e) =>
        e is BackendUnavailableException { MayPass: true } or OperationCanceledException or TimeoutException;

    private async Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count > 0)
        {
            await queue.ReturnAsync(deliveries, cancellationToken);
            Log.Returned(logger, deliveries.Count);
        }
    }

    /// <returns>What is away; the work has gone back then.</returns>
    private async Task<BackendUnavailableException?> StoreAsync(
        IReadOnlyList<Outcome.Embedded> embedded, CancellationToken cancellationToken)
    {
        if (embedded.Count == 0)
        {
            return null;
        }

        try
        {
            await store.PutVectorsAsync(
                model.Value.Key,
                [.. embedded.Select(VectorOf)],
                cancellationToken);
        }
        catch (Exception e) when (IsOfTheStore(e))
        {
            if (e is not StorageException)
            {
                Log.SettlingFailed(logger, embedded.Count, e);
            }

            // The store may have used up the time there was.
            using var deadline = new CancellationTokenSource(Deadline);
            await ReturnAsync([.. embedded.Select(outcome => outcome.Delivery)], deadline.Token);
            return e as BackendUnavailableException ?? new BackendUnavailableException("The store did not answer in time.", e);
        }
        catch (Exception e)
        {
            Log.SettlingFailed(logger, embedded.Count, e);
            foreach (var outcome in embedded)
            {
                await RetryAsync(outcome.Delivery, "The vector could not be stored.", cancellationToken);
            }

            return null;
        }

        await queue.CompleteAsync([.. embedded.Select(outcome => outcome.Delivery)], cancellationToken);
        telemetry.Settled("indexed", embedded.Count);
        Log.BatchStored(logger, embedded.Count);
        foreach (var outcome in embedded)
        {
            Log.Embedded(logger, outcome.Delivery.Item.Id);
        }

        return null;
    }

    private async Task GiveUpAsync(IReadOnlyList<Outcome.GiveUp> failed, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
        {
            return;
        }

        await store.PutFailuresAsync(
            model.Value.Key,
            [.. failed.Select(outcome => new ExtractionFailure(outcome.Delivery.Item.Id, Attempts(outcome.Delivery), outcome.Reason))],
            cancellationToken);
        foreach (var outcome in failed)
        {
            await queue.DeadLetterAsync(outcome.Delivery, outcome.Reason, cancellationToken);
            Log.GivenUp(logger, outcome.Delivery.Item.Id, Attempts(outcome.Delivery), outcome.Reason);
        }

        telemetry.Settled("failed", failed.Count);
    }

    private async Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken)
    {
        await queue.RetryAsync(delivery, reason, cancellationToken);
        telemetry.Settled("retried", 1);
        Log.Retried(logger, delivery.Item.Id, delivery.Attempt, reason);
    }

    private static ImageVector VectorOf(Outcome.Embedded outcome) =>
        new(outcome.Delivery.Item.Id, outcome.Embedding.Vector, outcome.Delivery.Attempt, outcome.Embedding.Labels) { Fingerprint = outcome.Embedding.Fingerprint };

    /// <summary>The delivery that finds its predecessors dead is no attempt.</summary>
    private int Attempts(WorkDelivery delivery) => Math.Min(delivery.Attempt, options.Value.MaximumAttempts);
}
