
namespace ImageSearch.Web.Search;

/// <summary>A picture of the merged ranking; the score has six decimals.</summary>
internal readonly record struct RankedHit(ImageId Id, double Score);
