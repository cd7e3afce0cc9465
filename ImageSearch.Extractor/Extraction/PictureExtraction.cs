using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Extraction;

/// <summary>Works on one delivery. Everything that can go wrong is an outcome; nothing is thrown.</summary>
internal sealed class PictureExtraction(
    IImageStore store, IBlobStore blobs, EmbeddingScheduler scheduler, IOptions<ModelOptions> model, IOptions<ExtractorOptions> options,
    ILogger<PictureExtraction> logger)
{
    public async Task<Outcome> RunAsync(WorkDelivery delivery, CancellationToken stopping)
    {
        var trace = Start(delivery);
        try
        {
            var outcome = await ExtractAsync(delivery, trace, stopping);
            if (outcome is Outcome.GiveUp or Outcome.Retry)
            {
                trace?.SetStatus(ActivityStatusCode.Error);
            }

            return outcome;
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Return(delivery, trace); // the extractor stops, and with it the scheduler
        }
        catch (BackendUnavailableException e) when (e.MayPass)
        {
            // However long the blob store or the database is away: no picture is given up for it.
            return new Outcome.Return(delivery, trace, e);
        }
        catch (Exception e)
        {
            trace?.AddException(e).SetStatus(ActivityStatusCode.Error);
            Log.ExtractionFailed(logger, delivery.Item.Id, e);
            var reason = $"Work on this picture failed ({e.GetType().Name}): the log of the extractor has the cause.";
            return delivery.Attempt >= options.Value.MaximumAttempts
                ? new Outcome.GiveUp(delivery, $"{reason} It was tried {delivery.Attempt} times.", trace)
                : new Outcome.Retry(delivery, reason, trace);
        }
    }

    private async Task<Outcome> ExtractAsync(WorkDelivery delivery, Activity? trace, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        var id = delivery.Item.Id;
        var known = await FromStoreAsync(() => store.FindExtractionsAsync(model.Value.Key, [id], stopping), stopping);
        if (known.GetValueOrDefault(id)?.State is ImageState.Indexed or ImageState.Failed)
        {
            // It was queued twice, or an earlier worker stored its outcome and died before it could acknowledge.
            return new Outcome.Done(delivery, trace);
        }

        if (delivery.Attempt > options.Value.MaximumAttempts)
        {
            var reason = $"Work on this picture was begun {delivery.Attempt - 1} times and never finished: "
                + "it probably stops the process that works on it. Convert or replace it.";
            return await GiveUpAsync(delivery, reason, trace, stopping);
        }

        var content = await FromStoreAsync(() => blobs.GetAsync(BlobKeys.Image(id), stopping), stopping);
        if (content is null)
        {
            const string Missing = "The picture's content is missing from the blob store. Delete the picture and add it again.";
            return await GiveUpAsync(delivery, Missing, trace, stopping);
        }

        try
        {
            var embedding = await scheduler.EmbedAsync(content, null, EmbeddingPriority.Ingest, stopping);
            return new Outcome.Embedded(delivery, embedding, trace);
        }
        catch (InvalidImageException e)
        {
            // A picture is its bytes: others are the disk's doing.
            var reason = ImageId.Of(content) == id
                ? e.Message
                : "The stored copy of this picture is damaged. Delete the picture and add it again.";
            return await GiveUpAsync(delivery, reason, trace, stopping);
        }
    }

    /// <summary>Asks a store. That it is slow, or gives up by itself, says nothing about the picture.</summary>
    private static async Task<T> FromStoreAsync<T>(Func<Task<T>> ask, CancellationToken stopping)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && !stopping.IsCancellationRequested)
        {
            throw new BackendUnavailableException("The store did not answer in time.", e);
        }
    }

    /// <summary>A picture that was deleted meanwhile is no failure.</summary>
    private async Task<Outcome> GiveUpAsync(WorkDelivery delivery, string reason, Activity? trace, CancellationToken stopping) =>
        await FromStoreAsync(() => store.FindAsync(delivery.Item.Id, stopping), stopping) is null
            ? new Outcome.Done(delivery, trace)
            : new Outcome.GiveUp(delivery, reason, trace);

    private Activity? Start(WorkDelivery delivery)
    {
        // Deliveries are worked on beside each other: each has its own parent, never the one that happens to be current.
        ActivityContext.TryParse(delivery.Item.TraceParent, null, isRemote: true, out var parent);
        var trace = ExtractorTelemetry.Activities.StartActivity("extract", ActivityKind.Consumer, parent);
        return trace?
            .SetTag("imagesearch.model", model.Value.Name)
            .SetTag("imagesearch.image", delivery.Item.Id.ToString())
            .SetTag("imagesearch.attempt", delivery.Attempt);
    }
}
