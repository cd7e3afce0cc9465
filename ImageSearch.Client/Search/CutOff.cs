namespace ImageSearch.Client.Search;

/// <summary>A model's thresholds, estimated from pairs of pictures of this collection.</summary>
/// <param name="Score">Below it, pictures are not related.</param>
/// <param name="SamePicture">Where relevance ends; which results are copies, their <see cref="MatchKind"/> says.</param>
/// <param name="Samples">Pairs that were compared.</param>
public sealed record CutOff(double Score, double SamePicture, long Samples);
