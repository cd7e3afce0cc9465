using ImageSearch.Extractor.Rpc;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Extractor.Tests.Rpc;

public sealed class BrokerDelayTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly BrokerDelay _delay;

    public BrokerDelayTests() => _delay = new BrokerDelay(_time);

    [Theory]
    [InlineData(0)]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void Delay_ClocksDiffer_IsWhatAMessageTookLongerThanTheFastest(int skew)
    {
        Assert.Equal(0, Arrive(skew, underWay: 5));
        Assert.Equal(2000, Arrive(skew, underWay: 2005));
        Assert.Equal(0, Arrive(skew, underWay: 3));
        Assert.Equal(7, Arrive(skew, underWay: 10));
    }

    [Fact]
    public void Delay_OfOneSender_SaysNothingOfAnother()
    {
        Arrive(0, underWay: 1, "a");
        Assert.Equal(0, Arrive(0, underWay: 500, "b"));
    }

    [Fact]
    public void Delay_ClockIsSetForward_IsForgotten()
    {
        Arrive(0, underWay: 1);
        Assert.Equal(0, Arrive(60_000, underWay: 1));
        Assert.Equal(100, Arrive(60_000, underWay: 101));
    }

    [Fact]
    public void Delay_ClockIsSetALittle_IsForgottenWithTime()
    {
        Arrive(0, underWay: 1);
        Assert.Equal(5000, Arrive(5000, underWay: 1));
        _time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(5000, Arrive(5000, underWay: 1));
        _time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(0, Arrive(5000, underWay: 1));
    }

    [Fact]
    public void Delay_SenderWasSilentForLong_BeginsAnew()
    {
        Arrive(0, underWay: 1);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, Arrive(0, underWay: 700));
    }

    private double Arrive(double skew, double underWay, string sender = "web") =>
        _delay.Of(sender, _time.GetUtcNow() - TimeSpan.FromMilliseconds(skew + underWay), Timeout).TotalMilliseconds;
}
