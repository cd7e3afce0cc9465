using ImageSearch.Core.Blobs;
using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Web.Thumbnails;

namespace ImageSearch.Web.Images;

/// <summary>Deletes all that there is of a picture.</summary>
internal sealed class ImageRemover(IImageStore store, IWorkQueue queue, IBlobStore blobs, ILogger<ImageRemover> logger)
{
    /// <returns>False when there is no such picture.</returns>
    public async Task<bool> RemoveAsync(ImageId id, CancellationToken cancellationToken)
    {
        // The record goes first: without it nothing shows the picture, whatever fails below.
        if (!await store.DeleteAsync(id, cancellationToken))
        {
            return false;
        }

        // From here on a client that hangs up must not leave half of it behind.
        await queue.DiscardAsync(id, CancellationToken.None);
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
