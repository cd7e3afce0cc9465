using ImageSearch.Core.Models;
using ImageSearch.Web.Relevance;

namespace ImageSearch.Web.Search;

/// <summary>A search and how far its results were given: all it takes to go on, without the picture and without memory of it here.</summary>
/// <param name="Model">Model that answered: another one's scores are others.</param>
/// <param name="Parameters">As they were asked for.</param>
/// <param name="Picture">The picture that is searched by; null when there are several.</param>
/// <param name="Vector">float32 little-endian; null: the one that the store has of <paramref name="Picture"/>.</param>
/// <param name="Excluded">Pictures that are no results.</param>
/// <param name="Calibration">What judged the results before: those of one search are judged alike.</param>
/// <param name="After">The last result that was given.</param>
/// <param name="Given">How many were.</param>
internal sealed record SearchCursor(
    ModelKey Model,
    SearchParameters Parameters,
    ImageId? Picture,
    byte[]? Vector,
    IReadOnlyList<ImageId> Excluded,
    Calibration? Calibration,
    RankPosition After,
    int Given)
{
    /// <summary>Bytes of the fingerprint that goes with <see cref="Vector"/>; null when there is none.</summary>
    public byte[]? Fingerprint { get; init; }
}
