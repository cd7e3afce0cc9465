namespace ImageSearch.Web.Search;

/// <summary>A hit with those that are folded into it.</summary>
/// <param name="Leader">The best of them.</param>
/// <param name="Duplicates">The others, best first.</param>
internal sealed record HitGroup(RankedHit Leader, IReadOnlyList<RankedHit> Duplicates);
