using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;

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
        var hits = Enumerable.Range(0, 700).Select(row => new RowHit(row, random.Next(20) / 20f)).ToArray();
        var rows = Rows(700);
        var best = new TopK(3, 0.5f, rows);
        best.Add(new RowHit(1, 1)); // from a search before, forgotten
        best.Reset(k, float.NegativeInfinity, rows);

        foreach (var hit in hits)
        {
            if (hit.Score >= best.Threshold)
            {
                best.Add(hit);
            }
        }

        Assert.Equal(hits.OrderByDescending(hit => hit.Score).ThenBy(hit => rows.Id(hit.Row)).Take(k), best.Sort().ToArray());
    }

    [Fact]
    public void New_NoRoom_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(0, 0, Rows(1)));

    private static ReadView Rows(int count)
    {
        var index = new ExactIndex(2);
        index.Apply(Vectors.Changes(2, count));
        return index.Current;
    }
}
