using ImageSearch.Hosting.Running;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class BackOffTests
{
    private readonly BackOff _backOff = new(new RunningOptions());

    [Fact]
    public void Next_CrashAfterCrash_DoublesFromOneSecondToThirty()
    {
        var delays = Enumerable.Range(0, 7).Select(_ => _backOff.Next(TimeSpan.Zero).TotalSeconds);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void Next_AfterAMinuteUp_StartsAnew()
    {
        _backOff.Next(TimeSpan.Zero);
        _backOff.Next(TimeSpan.FromSeconds(59));

        Assert.Equal(TimeSpan.FromSeconds(1), _backOff.Next(TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromSeconds(2), _backOff.Next(TimeSpan.Zero));
    }
}
