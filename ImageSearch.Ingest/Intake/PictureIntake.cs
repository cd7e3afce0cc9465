using System.Diagnostics;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Intake;

/// <summary>
/// Takes pictures into the collection, in the order that survives a crash at any point: the bytes, then the record, then the queues.
/// Bytes without a record are not seen by anyone and are used when the picture comes again; a record that is not queued is found by
/// the backfill.
/// </summary>
internal sealed class PictureIntake(
    IBlobStore blobs,
    IImageStore store,
    IWorkQueue queue,
    IOptions<ModelRoutes> models,
    IOptions<ImageLimits> limits,
    IOptions<IngestOptions> options)
{
    /// <summary>Checks, hashes and stores the bytes; nobody sees the picture yet.</summary>
    /// <exception cref="InvalidImageException">It is no picture that this system takes.</exception>
    public async Task<ReceivedPicture> ReceiveAsync(ReadOnlyMemory<byte> content, string source, CancellationToken cancellationToken)
    {
        var info = ImageInspector.Inspect(content, limits.Value);
        var id = ImageId.Of(content.Span);
        var key = BlobKeys.Image(id);
        // The key is the content: what lies there is these bytes.
        if (!await blobs.ExistsAsync(key, cancellationToken))
        {
            await blobs.PutAsync(key, content, cancellationToken);
        }

        return new ReceivedPicture(id, source, info, content.Length);
    }

    /// <summary>Adds received pictures to the collection and queues them for every model that has not seen them.</summary>
    /// <returns>Per picture, in their order; of the same picture given twice the first is the added one.</returns>
    public async Task<IReadOnlyList<AddOutcome>> AddAsync(
        IReadOnlyList<ReceivedPicture> pictures, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var outcomes = new AddOutcome[pictures.Count];
        Array.Fill(outcomes, AddOutcome.Duplicate);
        var first = Enumerable.Range(0, pictures.Count).DistinctBy(i => pictures[i].Id).ToList();
        var parallel =
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.UploadConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            first, parallel, async (i, token) => outcomes[i] = await store.AddAsync(pictures[i].ToRecord(tags), token));

        await QueueNewAsync([.. first.Where(i => outcomes[i] == AddOutcome.Added).Select(i => pictures[i].Id)], cancellationToken);
        await QueueUnseenAsync([.. first.Where(i => outcomes[i] == AddOutcome.Duplicate).Select(i => pictures[i].Id)], cancellationToken);
        return outcomes;
    }

    private Task QueueNewAsync(List<ImageId> added, CancellationToken cancellationToken) =>
        QueueAsync([.. models.Value.Select(model => model.Name)], added, cancellationToken);

    /// <summary>
    /// A duplicate may have been stored by a process that died before it queued it. One that is indexed or failed stays as it is:
    /// nothing is extracted twice, and a failed one waits for <c>retry</c>.
    /// </summary>
    private async Task QueueUnseenAsync(List<ImageId> duplicates, CancellationToken cancellationToken)
    {
        if (duplicates.Count == 0)
        {
            return;
        }

        foreach (var model in models.Value)
        {
            var seen = await store.FindExtractionsAsync(model.Key, duplicates, cancellationToken);
            var unseen = duplicates.FindAll(id => !seen.TryGetValue(id, out var extraction) || extraction.State == ImageState.Pending);
            await QueueAsync([model.Name], unseen, cancellationToken);
        }
    }

    private async Task QueueAsync(IReadOnlyCollection<string> names, List<ImageId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        try
        {
            await queue.PublishAsync(names, ids.ConvertAll(id => new WorkItem(id, Activity.Current?.Id)), cancellationToken);
        }
        catch (QueueUnavailableException)
        {
            // They are recorded, so the backfill finds them once the broker is back.
        }
    }
}
