using ImageSearch.Core.Contracts;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

public sealed class TopKTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Add_AnyStream_KeepsTheBestSorted(int k)
    {
        var random = new Random(k);
        // Few distinct scores, so that ties are the rule.
        var hits = Enumerable.Range(0, 700).Select(i => new ShardHit(Vectors.Id(i), random.Next(20) / 20f)).ToArray();
        var best = new TopK(k, float.NegativeInfinity);

        foreach (var hit in hits)
        {
            if (hit.Score >= best.Threshold)
            {
                best.Add(hit);
            }
        }

        Assert.Equal(hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(k), best.ToSorted());
    }

    [Fact]
    public void New_NoRoom_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(0, 0));
}
