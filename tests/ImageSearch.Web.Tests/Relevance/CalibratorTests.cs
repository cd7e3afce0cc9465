using ImageSearch.Web.Relevance;

namespace ImageSearch.Web.Tests.Relevance;

public sealed class CalibratorTests
{
    // Measured among 200 photographs.
    private static readonly ScoreQuantiles SqueezeNet = new(0.288, 0.421, 0.548, 0.640, 0.710);
    private static readonly ScoreQuantiles Layout = new(0.102, 0.295, 0.462, 0.570, 0.667);

    [Fact]
    public void Estimate_SqueezeNet_IsBetweenOtherPhotographsAndCopies()
    {
        var calibration = Estimate(100, SqueezeNet)!;

        Assert.Equal(0.288, calibration.Unrelated, 1e-9);
        // The best of 100 others: half of them above 0.563, 5 % above 0.665, the best of all 0.692. Half-size copies: 95 % above 0.681.
        Assert.InRange(calibration.CutOff, 0.6, 0.65);
        Assert.InRange(calibration.SamePicture, 0.692, 0.75);
    }

    [Fact]
    public void Estimate_Layout_IsBetweenOtherPhotographsAndCopies()
    {
        var calibration = Estimate(100, Layout)!;

        Assert.InRange(calibration.CutOff, 0.5, 0.6);
        Assert.InRange(calibration.SamePicture, 0.64, 0.73);
    }

    [Fact]
    public void Estimate_MorePictures_TakesMoreToBeTheSame()
    {
        Calibration[] calibrations = [.. new long[] { 100, 1000, 10_000, 100_000, 1_000_000, 100_000_000 }.Select(count => Estimate(count, SqueezeNet)!)];

        Assert.Equal(calibrations.Select(calibration => calibration.SamePicture).Order(), calibrations.Select(calibration => calibration.SamePicture));
        Assert.True(calibrations[0].CutOff < calibrations[1].CutOff && calibrations[1].CutOff < calibrations[2].CutOff);
        // What is alike is so among a hundred million, too.
        Assert.Equal(calibrations[2].CutOff, calibrations[^1].CutOff);
        Assert.All(calibrations, calibration => Assert.InRange(calibration.SamePicture, 0.6, 0.99));
    }

    [Fact]
    public void Estimate_CollectionWithCopies_StillTellsUnrelatedPicturesApart()
    {
        // The same photographs, each with a copy at half its size: one pair in 200 is of copies.
        var calibration = Estimate(200, new ScoreQuantiles(0.117, 0.303, 0.494, 0.999, 1))!;

        Assert.InRange(calibration.CutOff, 0.5, 0.68);
        Assert.InRange(calibration.SamePicture, 0.7, 0.92);
    }

    [Fact]
    public void Estimate_SeveralShards_WeighsThemByTheirPairs()
    {
        var one = Estimate(100, SqueezeNet)!;
        IndexStats[] shards = [Shard(50, SqueezeNet, 1225, 2), Shard(50, SqueezeNet, 1225, 2)];
        Assert.Equal(one with { Samples = 2450 }, Calibrator.Estimate(shards));

        // A shard that did not answer holds as many as the other.
        Assert.Equal(one with { Samples = 1225 }, Calibrator.Estimate(shards[..1]));

        IndexStats[] uneven = [Shard(50, SqueezeNet, 900, 2), Shard(50, Layout, 100, 2)];
        Assert.Equal((0.9 * 0.288) + (0.1 * 0.102), Calibrator.Estimate(uneven)!.Unrelated, 1e-6);
    }

    [Fact]
    public void Estimate_TooLittleKnown_IsNull()
    {
        Assert.Null(Calibrator.Estimate([]));
        Assert.Null(Estimate(29, SqueezeNet));
        Assert.NotNull(Estimate(30, SqueezeNet));
        Assert.Null(Calibrator.Estimate([Shard(1000, null, 0, 1)]));
        Assert.Null(Estimate(1000, new ScoreQuantiles(1, 1, 1, 1, 1))); // all pictures are the same
    }

    [Fact]
    public void Estimate_AnyDistribution_IsInOrder()
    {
        var random = new Random(5);
        for (var i = 0; i < 10_000; i++)
        {
            double[] q = [.. Enumerable.Range(0, 5).Select(_ => (random.NextDouble() * 2) - 1).Order()];
            var calibration = Estimate(random.NextInt64(30, 1_000_000_000), new ScoreQuantiles(q[0], q[1], q[2], q[3], q[4]));
            Assert.True(calibration is null || (calibration.Unrelated < calibration.CutOff && calibration.CutOff < calibration.SamePicture && calibration.SamePicture < 1));
        }
    }

    [Fact]
    public void Relevance_IsStraightBetweenItsThreePoints()
    {
        var calibration = new Calibration(0.2, 0.6, 0.8, 1);

        Assert.Equal(
            [0, 0, 0.25, 0.5, 0.75, 1, 1],
            new[] { -1, 0.2, 0.4, 0.6, 0.7, 0.8, 1 }.Select(calibration.RelevanceOf));
        Assert.Equal(
            [MatchKind.Unrelated, MatchKind.Similar, MatchKind.Similar, MatchKind.Similar, MatchKind.Similar],
            new[] { 0.599999, 0.6, 0.799999, 0.8, 1 }.Select(calibration.MatchOf));
    }

    private static Calibration? Estimate(long count, ScoreQuantiles quantiles) => Calibrator.Estimate([Shard(count, quantiles, 4950, 1)]);

    private static IndexStats Shard(long count, ScoreQuantiles? quantiles, long samples, int shards) =>
        new("squeezenet", "1.1", 512, "Exact", 0, shards, count, null, null, 0, true)
        {
            Scores = quantiles is null ? null : new ScoreStats(samples, 0, 0, quantiles),
        };
}
