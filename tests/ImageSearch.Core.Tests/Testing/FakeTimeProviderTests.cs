using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Testing;

public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Advance_Timers_FireInTheOrderOfTheirTimesAtTheirTimes()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<(string Name, double Seconds)>();
        void Fire(object? name) => fired.Add(((string)name!, (_clock.GetUtcNow() - start).TotalSeconds));
        using var late = _clock.CreateTimer(Fire, "late", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var periodic = _clock.CreateTimer(Fire, "periodic", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var disposed = _clock.CreateTimer(Fire, "disposed", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        disposed.Dispose();

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("periodic", 2), ("late", 3), ("periodic", 4)], fired);
        Assert.Equal(5, (_clock.GetUtcNow() - start).TotalSeconds);
    }

    [Fact]
    public async Task AdvanceToNextTimer_PassesWhatIsWaitedForAndNoMore()
    {
        var start = _clock.GetUtcNow();
        Assert.False(_clock.AdvanceToNextTimer());
        var delay = Task.Delay(TimeSpan.FromSeconds(7), _clock, TestContext.Current.CancellationToken);

        Assert.True(_clock.AdvanceToNextTimer());

        await delay;
        Assert.False(_clock.AdvanceToNextTimer());
        Assert.Equal(7, (_clock.GetUtcNow() - start).TotalSeconds);
    }

    [Fact]
    public async Task Delay_OnTheFakeClock_EndsWhenItIsAdvanced()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _clock, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delay.IsCompleted);

        _clock.Advance(TimeSpan.FromMinutes(1));

        await delay;
    }
}
