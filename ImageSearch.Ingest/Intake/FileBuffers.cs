using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Intake;

/// <summary>
/// Bounds the memory of all uploads, imports and fetches together: no file is read without one of a fixed number of places.
/// </summary>
internal sealed class FileBuffers(IOptions<IngestOptions> options) : IDisposable
{
    // Not before the options have been validated: the host makes its services first, and would report only what they stumble over.
    private readonly Lazy<SemaphoreSlim> _places = new(() => new SemaphoreSlim(options.Value.MaximumBuffers));

    /// <summary>Files in memory now.</summary>
    public int InUse => options.Value.MaximumBuffers - _places.Value.CurrentCount;

    /// <exception cref="ProblemException">No place became free in time: the service is busy.</exception>
    public async Task<FileBuffer> RentAsync(CancellationToken cancellationToken) =>
        await _places.Value.WaitAsync(options.Value.BufferWait, cancellationToken)
            ? new FileBuffer(() => _places.Value.Release())
            : throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "busy",
                "Too many files are being taken in at the moment: send it again in a few seconds.");

    public void Dispose()
    {
        if (_places.IsValueCreated)
        {
            _places.Value.Dispose();
        }
    }
}
