using ImageSearch.Core.Store;

namespace ImageSearch.Web.SystemStatus;

/// <summary>What the store counted at a time.</summary>
/// <param name="At">A timestamp of the clock, for differences.</param>
/// <param name="Models">In the order of their declaration.</param>
internal sealed record StoreCounts(long At, long Known, IReadOnlyList<ExtractionCounts> Models)
{
    public long Embedded => Models.Sum(model => model.Indexed);
}
