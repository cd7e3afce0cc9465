using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

public sealed class ScanRangesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    [InlineData(17, 1)]
    [InlineData(17, 3)]
    [InlineData(1000, 8)]
    public async Task TryTake_SeveralThreads_GivesEveryBlockOnce(int blocks, int threads)
    {
        var ranges = new ScanRanges();
        ranges.Reset(3, 1); // of another scan
        ranges.Reset(blocks, threads);

        var taken = await Task.WhenAll(Enumerable.Range(0, threads).Select(owner => Task.Run(() =>
        {
            var mine = new List<int>();
            while (ranges.TryTake(owner, threads, out var block))
            {
                mine.Add(block);
            }

            return mine;
        })));

        Assert.Equal(Enumerable.Range(0, blocks), taken.SelectMany(mine => mine).Order());
    }

    [Fact]
    public void TryTake_OthersDidNotCome_GivesAllFrontToBack()
    {
        var ranges = new ScanRanges();
        ranges.Reset(10, 3);

        for (var expected = 0; expected < 10; expected++)
        {
            Assert.True(ranges.TryTake(0, 1, out var block));
            Assert.Equal(expected, block);
        }

        Assert.False(ranges.TryTake(0, 1, out _));
    }

    [Fact]
    public void TryTake_OwnRangeUsedUp_GivesTheOthersFromTheBack()
    {
        var ranges = new ScanRanges();
        ranges.Reset(10, 2);
        var taken = new List<int>();

        while (ranges.TryTake(0, 2, out var block))
        {
            taken.Add(block);
        }

        Assert.Equal([0, 1, 2, 3, 4, 9, 8, 7, 6, 5], taken);
    }
}
