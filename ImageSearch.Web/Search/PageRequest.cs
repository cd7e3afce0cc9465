using ImageSearch.Core.Images;

namespace ImageSearch.Web.Search;

/// <summary>A part of a ranking.</summary>
/// <param name="Vector">What to look for: float32 little-endian.</param>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="After">Where the part before ended; null from the start.</param>
/// <param name="Given">Results of all parts before.</param>
/// <param name="Excluded">Pictures that are no results.</param>
/// <param name="GroupAbove">Pictures that are at least as alike are one result; null: every picture is one.</param>
internal sealed record PageRequest(
    byte[] Vector, int K, RankPosition? After, int Given, IReadOnlySet<ImageId> Excluded, double? GroupAbove);
