
namespace ImageSearch.Web.Search;

/// <summary>A place in a ranking: that of a hit, whether it is still there or not.</summary>
internal readonly record struct RankPosition(double Score, ImageId Id)
{
    public static RankPosition Of(in RankedHit hit) => new(hit.Score, hit.Id);

    /// <summary>Whether a hit comes after it: by score, ties by id.</summary>
    public bool IsBefore(in RankedHit hit) => hit.Score < Score || (hit.Score == Score && hit.Id.CompareTo(Id) > 0);
}
