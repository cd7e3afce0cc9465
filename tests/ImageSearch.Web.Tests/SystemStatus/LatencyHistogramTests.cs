using ImageSearch.Web.SystemStatus;

namespace ImageSearch.Web.Tests.SystemStatus;

public sealed class LatencyHistogramTests
{
    private readonly LatencyHistogram _histogram = new();

    [Fact]
    public void Quantile_OfNothing_IsNull() => Assert.Null(_histogram.Quantile(0.5));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(1)]
    public void Quantile_IsWithinThreePercent(double share)
    {
        var durations = Enumerable.Range(1, 1000).Select(i => 0.0005 * i).ToArray();
        foreach (var seconds in durations)
        {
            _histogram.Add(seconds);
        }

        var expected = durations[(int)Math.Ceiling(share * durations.Length) - 1];
        Assert.InRange(_histogram.Quantile(share)!.Value, expected * 0.97, expected * 1.03);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    [InlineData(double.PositiveInfinity)]
    public void Add_OutOfRange_CountsAtTheEdge(double seconds)
    {
        _histogram.Add(seconds);

        Assert.InRange(_histogram.Quantile(1)!.Value, 0.0001, 66);
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        _histogram.Add(1);

        _histogram.Clear();

        Assert.Null(_histogram.Quantile(0.5));
    }
}
