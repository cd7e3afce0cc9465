using ImageSearch.Core;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Web.Thumbnails;

namespace ImageSearch.Web.Images;

/// <summary>Deletes all that there is of a picture.</summary>
internal sealed class ImageRemover(IImageStore store, IWorkQueue queue, IBlobStore blobs, ILogger<ImageRemover> logger)
{
    /// <summary>
    /// The store takes writes that wait together in one transaction, and the blob store has its own latency: one after the other would be
    /// slow.
    /// </summary>
    private const int AtOnce = 16;

    /// <returns>How many of the pictures there were.</returns>
    public async Task<int> RemoveAsync(IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var removed = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, parallel, async (id, token) =>
        {
            if (await RemoveAsync(id, token))
            {
                Interlocked.Increment(ref removed);
            }
        });
        return removed;
    }

    /// <returns>False when there is no such picture.</returns>
    public async Task<bool> RemoveAsync(ImageId id, CancellationToken cancellationToken)
    {
        // The record goes first: without it nothing shows the picture, whatever fails below.
        if (!await store.DeleteAsync(id, cancellationToken))
        {
            return false;
        }

        // From here on a client that hangs up must not leave half of it behind.
        try
        {
            await queue.DiscardAsync(id, CancellationToken.None);
        }
        catch (BackendUnavailableException)
        {
            // An extractor that takes it finds no picture, and drops it. The bytes are worth more: they free space.
        }

        if (await store.FindAsync(id, CancellationToken.None) is not null)
        {
            return true; // Added anew in the meantime: the bytes are that picture's now.
        }

        await blobs.DeleteAsync(BlobKeys.Image(id), CancellationToken.None);
        foreach (var size in ThumbnailSizes.Steps)
        {
            await blobs.DeleteAsync(BlobKeys.Thumbnail(id, size), CancellationToken.None);
        }

        Log.ImageDeleted(logger, id.ToString());
        return true;
    }
}
