namespace ImageSearch.AppHost.Tests;

public sealed class BackOffTests
{
    [Fact]
    public void Next_CrashAfterCrash_DoublesUpToHalfAMinute()
    {
        var backOff = new BackOff();

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => backOff.Next(TimeSpan.FromSeconds(59)).TotalSeconds));
    }

    [Fact]
    public void Next_AfterAMinuteOfRunning_BeginsAnew()
    {
        var backOff = new BackOff();
        backOff.Next(TimeSpan.Zero);
        backOff.Next(TimeSpan.Zero);

        Assert.Equal(1, backOff.Next(TimeSpan.FromMinutes(1)).TotalSeconds);
        Assert.Equal(2, backOff.Next(TimeSpan.Zero).TotalSeconds);
    }
}
