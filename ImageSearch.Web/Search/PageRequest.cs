using ImageSearch.Core.Fingerprints;

namespace ImageSearch.Web.Search;

/// <summary>A part of a ranking.</summary>
/// <param name="Vector">What to look for: float32 little-endian.</param>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="After">Where the part before ended; null from the start.</param>
/// <param name="Given">Results of all parts before.</param>
/// <param name="Excluded">Pictures that are no results.</param>
/// <param name="Group">Copies of a picture are one result.</param>
/// <param name="Fingerprint">Of the picture that is looked for; null when it has none, or there are several.</param>
internal sealed record PageRequest(
    byte[] Vector, int K, RankPosition? After, int Given, IReadOnlySet<ImageId> Excluded, bool Group, PictureFingerprint? Fingerprint = null);
