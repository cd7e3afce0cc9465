using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Thumbnails;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Previews;

/// <summary>Makes small versions of pictures that are not kept, as few at a time as thumbnails.</summary>
internal sealed class PreviewMaker(IOptions<ThumbnailOptions> options, IOptions<ImageLimits> limits) : IDisposable
{
    private const int Size = 512;

    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);

    /// <exception cref="ProblemException">The picture does not decode, or there is too much to do.</exception>
    public async Task<byte[]> CreateAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(options.Value.Timeout, cancellationToken))
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "busy",
                "Too many previews are being made at the moment. Try again in a few seconds.");
        }

        try
        {
            // Decoding is long CPU work: not on a thread that answers requests.
            return await Task.Run(() => Thumbnailer.Create(content, Size, limits.Value), cancellationToken);
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, e.Problem, e.Message, e);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
