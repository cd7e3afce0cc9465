
namespace ImageSearch.Web.Relevance;

/// <summary>
/// Estimates what scores mean from how alike the pictures of the collection are to each other. Scores of unrelated pictures fall off about
/// as a normal distribution does, so a score that one in a million pairs has is on the line through those that one in ten and one in a
/// hundred have, drawn over deviations of a normal distribution. How rare a score has to be depends on how many pictures a query is
/// compared with.
/// </summary>
/// <remarks>
/// Some pairs are related after all. They are rare, and only raise the far end: the cut-off is estimated from the near end, which they
/// hardly reach; that two pictures are the same takes the higher of both. Figures, and what was tried: docs/decisions/0012-cut-off.md.
/// </remarks>
internal static class Calibrator
{
    /// <summary>With fewer pictures there is nothing to be said.</summary>
    public const int FewestPictures = 30;

    /// <summary>
    /// Pictures of the whole collection that are above the cut-off though they have nothing to do with the query: one query in five has
    /// one.
    /// </summary>
    private const double ChanceOfSimilar = 0.2;

    /// <summary>
    /// Pictures of the whole collection that are taken for the query though they are not: one query in a hundred has one.
    /// </summary>
    private const double ChanceOfSame = 0.01;

    /// <summary>
    /// In larger collections the cut-off stays where it is in one of this size: what is alike does not become less so among more pictures.
    /// </summary>
    private const double LargestForSimilar = 10_000;

    /// <summary>The tail may be so much heavier than what is before it.</summary>
    private const double Heavier = 1.25;

    /// <summary>The same of the scores of one vector, above and below their middle.</summary>
    private const double HeavierAbove = 1.1;

    /// <summary>Between cut-off and same picture, of what is left to 1.</summary>
    private const double LeastStep = 0.2;

    private const double HighestCutOff = 0.95;
    private const double HighestSame = 0.99;

    // Deviations from the middle that 25 %, 10 %, 1 % and 0.1 % of a normal distribution exceed.
    private const double Z75 = 0.6745;
    private const double Z90 = 1.2816;
    private const double Z99 = 2.3263;
    private const double Z999 = 3.0902;

    /// <param name="shards">What those that answered hold.</param>
    /// <returns>Null when it cannot be estimated: too few pictures, or all of them alike.</returns>
    public static Calibration? Estimate(IReadOnlyList<IndexStats> shards)
    {
        if (Combine(shards) is not { } all)
        {
            return null;
        }

        var (_, _, p50, p90, p99, p999) = all.Quantiles;
        var (first, second, third) = ((p90 - p50) / Z90, (p99 - p90) / (Z99 - Z90), (p999 - p99) / (Z999 - Z99));
        return Create(all, p50, Near, z => p99 + (Math.Max(second, third) * (z - Z99)));

        double Near(double z) => p90 + (Math.Max(first, Math.Min(second, Heavier * first)) * (z - Z90));
    }

    /// <summary>
    /// The same for the scores of one vector. What is related to it may be a third of the collection (search photographs of pets for
    /// "dog"), so the middle of what is not, and its deviation, are those of the normal distribution through the lowest quarter, where
    /// hardly anything related is.
    /// </summary>
    /// <inheritdoc cref="Estimate"/>
    public static Calibration? EstimateOfOne(IReadOnlyList<IndexStats> shards)
    {
        if (Combine(shards) is not { } all)
        {
            return null;
        }

        var deviation = (all.Quantiles.P25 - all.Quantiles.P10) / (Z90 - Z75);
        var middle = all.Quantiles.P25 + (deviation * Z75);
        return Create(all, middle, Near, Near);

        double Near(double z) => middle + (HeavierAbove * deviation * z);
    }

    private static Calibration? Create(Combined all, double unrelated, Func<double, double> near, Func<double, double> far)
    {
        var cutOff = Math.Min(HighestCutOff, near(Deviations(ChanceOfSimilar / Math.Min(all.Pictures, LargestForSimilar))));
        var deviations = Deviations(ChanceOfSame / all.Pictures);
        // Where copies are many, the far end says nothing: half of what is left to 1 is as far as it is believed.
        var same = Math.Min(far(deviations), (1 + near(deviations)) / 2);
        same = Math.Min(HighestSame, Math.Max(same, cutOff + (LeastStep * (1 - cutOff))));
        // Rounded as scores are: what is shown is what judges.
        return unrelated < cutOff - 0.01
            ? new Calibration(Math.Round(unrelated, 6), Math.Round(cutOff, 6), Math.Round(same, 6), all.Samples)
            : null;
    }

    /// <returns>Null when there are too few pictures, or no scores.</returns>
    private static Combined? Combine(IReadOnlyList<IndexStats> shards)
    {
        var scores = shards.Where(shard => shard.Scores is not null).Select(shard => shard.Scores!).ToList();
        // Shards hold the same share of the pictures: those that did not answer, too.
        var pictures = shards.Count == 0 ? 0 : shards.Sum(shard => (double)shard.Count) * shards[0].Shards / shards.Count;
        if (pictures < FewestPictures || scores.Count == 0)
        {
            return null;
        }

        var samples = scores.Sum(score => score.Samples);
        return new Combined(pictures, samples, new(
            Mean(q => q.P10), Mean(q => q.P25), Mean(q => q.P50), Mean(q => q.P90), Mean(q => q.P99), Mean(q => q.P999)));

        double Mean(Func<ScoreQuantiles, double> quantile) => scores.Sum(score => quantile(score.Quantiles) * score.Samples) / samples;
    }

    /// <summary>
    /// The deviations above the middle that a share of a normal distribution exceeds (Abramowitz and Stegun 26.2.23, to 4.5e-4).
    /// </summary>
    private static double Deviations(double share)
    {
        var t = Math.Sqrt(-2 * Math.Log(share));
        return t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
    }

    private sealed record Combined(double Pictures, long Samples, Quantiles Quantiles);

    private readonly record struct Quantiles(double P10, double P25, double P50, double P90, double P99, double P999);
}
