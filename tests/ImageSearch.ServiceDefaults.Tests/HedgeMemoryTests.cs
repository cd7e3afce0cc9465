using ImageSearch.ServiceDefaults.Resilience.Hedging;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class HedgeMemoryTests
{
    private readonly HedgingOptions _options = new();

    [Fact]
    public void Begin_FewCallsKnown_IsTheInitialDelay()
    {
        var memory = new HedgeMemory(_options);

        Record(memory, 19, 50);

        Assert.Equal(_options.InitialDelay, memory.Begin());
    }

    [Fact]
    public void Begin_CallsKnown_IsWhat95PercentTook()
    {
        var memory = new HedgeMemory(_options);

        for (var i = 1; i <= 200; i++)
        {
            Record(memory, 1, i);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(190), memory.Begin());
    }

    [Fact]
    public void Begin_FastCalls_IsNotLessThanTheShortestDelay()
    {
        var memory = new HedgeMemory(_options);

        Record(memory, 100, 1);

        Assert.Equal(_options.ShortestDelay, memory.Begin());
    }

    [Fact]
    public void Begin_TimesChange_ForgetsTheOldOnes()
    {
        var memory = new HedgeMemory(_options);

        Record(memory, 1000, 500);
        Record(memory, 200, 40);

        Assert.Equal(TimeSpan.FromMilliseconds(40), memory.Begin());
    }

    [Fact]
    public void TrySpend_EveryCallIsLate_FivePercentAndTheBurstAreHedged()
    {
        var memory = new HedgeMemory(_options);

        var hedges = 0;
        for (var i = 0; i < 1000; i++)
        {
            memory.Begin();
            hedges += memory.TrySpend() ? 1 : 0;
        }

        Assert.InRange(hedges, 50, 50 + _options.Burst);
    }

    private static void Record(HedgeMemory memory, int calls, int milliseconds)
    {
        for (var i = 0; i < calls; i++)
        {
            memory.Record(TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
