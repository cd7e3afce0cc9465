using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class FeedMemoryTests
{
    [Fact]
    public void Next_RowsBeforeThePosition_AreForgotten()
    {
        var memory = FeedMemory.Empty.Next([Row(1, 100), Row(2, 200)], position: 150, caughtUp: true);

        Assert.False(memory.Has(Row(1, 100)));
        Assert.True(memory.Has(Row(2, 200)));
        Assert.False(memory.Has(Row(2, 200) with { Revision = 2 }));
        Assert.Same(memory, memory.Next([], position: 200, caughtUp: true));
        Assert.Empty(memory.Next([], position: 201, caughtUp: true).Given);
    }

    [Fact]
    public void Next_MoreThanItKeeps_ForgetsAllRatherThanGrow()
    {
        var rows = Enumerable.Range(0, FeedMemory.MaximumGiven).Select(i => Row(i, 100)).ToList();
        var full = FeedMemory.Empty.Next(rows, position: 0, caughtUp: false);
        Assert.Equal(FeedMemory.MaximumGiven, full.Given.Count);

        Assert.Empty(full.Next([Row(-1, 100)], position: 0, caughtUp: false).Given);
    }

    private static FeedRow Row(int number, long updatedAt) => new(Samples.Id(number), updatedAt, 1, default);
}
