using System.Collections.Concurrent;
using ImageSearch.Core;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Thumbnails;

/// <summary>Makes each thumbnail once, few at a time, and keeps it as a blob.</summary>
internal sealed class ThumbnailCache(
    IBlobStore blobs, IImageStore store, IOptions<ThumbnailOptions> options, IOptions<ImageLimits> limits) : IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);
    private readonly ConcurrentDictionary<string, Lazy<Task<byte[]?>>> _inWork = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <returns>The WebP bytes; null when there is no such picture.</returns>
    /// <exception cref="ProblemException">The picture does not decode, or there is too much to do.</exception>
    public async Task<byte[]?> GetAsync(ImageId id, int size, CancellationToken cancellationToken)
    {
        var key = BlobKeys.Thumbnail(id, size);
        if (await blobs.GetAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        // The work belongs to all who wait for it: one of them hanging up does not end it.
        var work = _inWork.GetOrAdd(
            key, static (key, state) => new(() => state.Self.CreateAsync(state.Id, state.Size, key)), (Self: this, Id: id, Size: size));
        try
        {
            return await work.Value.WaitAsync(cancellationToken);
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, e.Problem, e.Message, e);
        }
        catch (TimeoutException e)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "busy",
                "Too many thumbnails are being made at the moment. Try again in a few seconds.", e);
        }
    }

    /// <summary>Ends what is being made for those who hung up: nothing is written once the service has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_inWork.Values.Select(work => (Task)work.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task<byte[]?> CreateAsync(ImageId id, int size, string key)
    {
        try
        {
            if (!await _slots.WaitAsync(options.Value.Timeout, _stopping.Token))
            {
                throw new TimeoutException();
            }

            try
            {
                return await CreateInSlotAsync(id, size, key);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            _inWork.TryRemove(key, out _);
        }
    }

    private async Task<byte[]?> CreateInSlotAsync(ImageId id, int size, string key)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        deadline.CancelAfter(options.Value.Timeout);
        if (await blobs.GetAsync(BlobKeys.Image(id), deadline.Token) is not { } content)
        {
            return null;
        }

        // Decoding is long CPU work: not on a thread that answers requests.
        var thumbnail = await Task.Run(() => Thumbnailer.Create(content, size, limits.Value), deadline.Token);
        try
        {
            await blobs.PutAsync(key, thumbnail, deadline.Token);
        }
        catch (BackendUnavailableException)
        {
            return thumbnail; // A full disk keeps nobody from seeing it: it is made again for the next.
        }

        if (await store.FindAsync(id, deadline.Token) is null)
        {
            await blobs.DeleteAsync(key, deadline.Token); // Deleted while it was made: leave nothing behind.
            return null;
        }

        return thumbnail;
    }
}
