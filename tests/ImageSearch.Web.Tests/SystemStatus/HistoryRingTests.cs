using ImageSearch.Web.SystemStatus;

namespace ImageSearch.Web.Tests.SystemStatus;

public sealed class HistoryRingTests
{
    [Theory]
    [InlineData(0, new double[0])]
    [InlineData(2, new double[] { 0, 1 })]
    [InlineData(3, new double[] { 0, 1, 2 })]
    [InlineData(7, new double[] { 4, 5, 6 })]
    public void ToArray_HasTheLastOnes_OldestFirst(int added, double[] expected)
    {
        var ring = new HistoryRing(3);
        for (var i = 0; i < added; i++)
        {
            ring.Add(new HistorySample(i, 0, null, null, null, null));
        }

        Assert.Equal(expected, ring.ToArray().Select(sample => sample.SearchRate));
    }
}
