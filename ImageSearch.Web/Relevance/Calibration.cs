using ImageSearch.Web.Search;

namespace ImageSearch.Web.Relevance;

/// <summary>What the scores of one model mean in this collection.</summary>
/// <param name="Unrelated">What pictures that have nothing to do with each other typically have.</param>
/// <param name="CutOff">What they hardly ever exceed.</param>
/// <param name="SamePicture">
/// What hardly any two pictures but copies have, and where relevance ends; above <paramref name="CutOff"/>.
/// </param>
/// <param name="Samples">Pairs of pictures that it was estimated from.</param>
internal sealed record Calibration(double Unrelated, double CutOff, double SamePicture, long Samples)
{
    private const double RelevanceOfCutOff = 0.5;

    /// <returns>
    /// 0..1, six decimals: straight lines from 0 at <see cref="Unrelated"/> over a half at <see cref="CutOff"/> to 1 at
    /// <see cref="SamePicture"/>.
    /// </returns>
    public double RelevanceOf(double score) => Math.Round(
        score < CutOff
            ? RelevanceOfCutOff * Share(score, Unrelated, CutOff)
            : RelevanceOfCutOff + ((1 - RelevanceOfCutOff) * Share(score, CutOff, SamePicture)),
        6);

    /// <remarks>Whether it is a copy, no score tells: <see cref="CopyCheck"/>.</remarks>
    public MatchKind MatchOf(double score) => score >= CutOff ? MatchKind.Similar : MatchKind.Unrelated;

    public CutOff ToCutOff() => new(CutOff, SamePicture, Samples);

    private static double Share(double score, double from, double to) => Math.Clamp((score - from) / (to - from), 0, 1);
}
