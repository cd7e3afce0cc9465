using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>
/// Counts what the store knows. Where counting takes long, because the collection is large and the store counts by walking an index, it is
/// done less often: it never takes more than a tenth of the time.
/// </summary>
internal sealed class StoreCounter(IImageStore store, IOptions<ModelRoutes> models, TimeProvider time)
{
    private const int Share = 10;

    private StoreCounts? _latest;
    private TimeSpan _took;

    public async Task<StoreCounts> CountAsync(CancellationToken cancellationToken)
    {
        if (_latest is { } latest && time.GetElapsedTime(latest.At) < _took * Share)
        {
            return latest;
        }

        var start = time.GetTimestamp();
        var known = store.CountAsync(cancellationToken);
        var counts = await Task.WhenAll(models.Value.Select(model => store.CountExtractionsAsync(model.Key, cancellationToken)));
        var counted = new StoreCounts(start, await known, counts);
        // One that its caller gave up on may end after a later one.
        if (_latest is null || _latest.At < start)
        {
            (_latest, _took) = (counted, time.GetElapsedTime(start));
        }

        return counted;
    }
}

/// <summary>What the store counted at a time.</summary>
/// <param name="At">A timestamp of the clock, for differences.</param>
/// <param name="Models">In the order of their declaration.</param>
internal sealed record StoreCounts(long At, long Known, IReadOnlyList<ExtractionCounts> Models)
{
    public long Embedded => Models.Sum(model => model.Indexed);
}
