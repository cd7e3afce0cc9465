using System.Numerics.Tensors;
using ImageSearch.Core.Store;
using ImageSearch.Index.Quality;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Index.Tests.Quality;

public sealed class ScoreSampleTests
{
    private const int Dimension = 16;

    public static TheoryData<string> Kinds => ["exact", "graph"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Measure_FewPictures_ComparesEveryPair(string kind)
    {
        var index = Create(kind);
        index.Apply(Vectors.Changes(Dimension, 100));

        var scores = Measure(index)!;

        var all = Pairs(Enumerable.Range(0, 100));
        Assert.Equal(4950, scores.Samples);
        Assert.Equal(all.Average(), scores.Mean, 1e-5);
        Assert.Equal(Math.Sqrt(all.Average(score => score * score) - Math.Pow(all.Average(), 2)), scores.Deviation, 1e-5);
        Assert.Equal(all[2475 - 1], scores.Quantiles.P50, 1e-5);
        Assert.Equal(all[4455 - 1], scores.Quantiles.P90, 1e-5);
        Assert.Equal(all[4901 - 1], scores.Quantiles.P99, 1e-5);
        Assert.Equal(all[4946 - 1], scores.Quantiles.P999, 1e-5);
        Assert.Equal(all[^1], scores.Quantiles.Maximum, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Measure_ManyPictures_IsBoundedAndAlwaysTheSame(string kind)
    {
        var index = Create(kind);
        index.Apply(Vectors.Changes(Dimension, 3000));

        var scores = Measure(index)!;

        Assert.Equal(ScoreSample.Vectors * (ScoreSample.Vectors - 1) / 2, scores.Samples);
        Assert.Equal(scores, Measure(index));
        var all = Pairs(Enumerable.Range(0, 1500));
        Assert.Equal(all[(int)(all.Length * 0.5)], scores.Quantiles.P50, 0.02);
        Assert.Equal(all[(int)(all.Length * 0.99)], scores.Quantiles.P99, 0.02);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Measure_DeletedPictures_AreNotCompared(string kind)
    {
        var index = Create(kind);
        index.Apply(Vectors.Changes(Dimension, 600));
        index.Apply([.. Enumerable.Range(0, 560).Select(i => new VectorChange(Vectors.Id(i), default, []))]);

        var scores = Measure(index)!;

        Assert.Equal(40 * 39 / 2, scores.Samples);
        Assert.Equal(Pairs(Enumerable.Range(560, 40)).Average(), scores.Mean, 1e-5);
    }

    [Fact]
    public void Measure_VectorsOfAnyLength_IsTheirCosine()
    {
        var index = Create("exact");
        index.Apply([.. Vectors.Changes(Dimension, 20).Select((change, i) => new VectorChange(change.Id, Scaled(change.Vector, i + 1), []))]);

        Assert.Equal(Pairs(Enumerable.Range(0, 20)).Average(), Measure(index)!.Mean, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Measure_TooFewPictures_IsNull(int count)
    {
        var index = Create("exact");
        index.Apply(Vectors.Changes(Dimension, count));

        Assert.Null(Measure(index));
    }

    [Fact]
    public void Refresh_AfterSmallAndLargeChanges_MeasuresWhenThereIsReason()
    {
        var clock = new FakeTimeProvider();
        var scores = new ScoreDistribution(clock);
        var index = Create("exact");
        index.Apply(Vectors.Changes(Dimension, 100));

        Assert.True(scores.Refresh(index, default));
        Assert.Equal(4950, scores.Current!.Samples);
        Assert.False(scores.Refresh(index, default));

        index.Apply(Vectors.Changes(Dimension, 105));
        Assert.False(scores.Refresh(index, default)); // 5 % more
        clock.Advance(ScoreDistribution.Interval);
        Assert.True(scores.Refresh(index, default)); // some time later
        clock.Advance(ScoreDistribution.Interval);
        Assert.False(scores.Refresh(index, default)); // nothing has changed

        index.Apply(Vectors.Changes(Dimension, 120));
        Assert.True(scores.Refresh(index, default)); // 14 % more
        Assert.Equal(120 * 119 / 2, scores.Current!.Samples);
        Assert.True(scores.Refresh(Create("exact"), default)); // another index
        Assert.Null(scores.Current);
    }

    private static ScoreStats? Measure(IVectorIndex index) => ScoreSample.Draw(index.Current, index.Dimension)?.ComparePairs(TestContext.Current.CancellationToken);

    private static IVectorIndex Create(string kind) => kind switch
    {
        "exact" => new ExactIndex(Dimension),
        _ => new GraphIndex(Dimension, new GraphParameters()),
    };

    /// <summary>What all pairs have, ascending.</summary>
    private static double[] Pairs(IEnumerable<int> numbers)
    {
        float[][] vectors = [.. numbers.Select(number => Vectors.Unit(Dimension, number))];
        return [.. vectors.SelectMany((vector, i) => vectors.Take(i).Select(other => (double)TensorPrimitives.Dot<float>(vector, other))).Order()];
    }

    private static float[] Scaled(ReadOnlyMemory<float> vector, float factor) => [.. vector.ToArray().Select(value => value * factor)];
}
