using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

public sealed class PoolTests
{
    [Fact]
    public void Take_AfterABurst_MakesNothingAnew()
    {
        var pool = new Pool<object>(() => new object());
        var burst = Enumerable.Range(0, (4 * Environment.ProcessorCount) + 1).Select(_ => pool.Take()).ToList();
        burst.ForEach(pool.Return);

        var again = burst.Select(_ => pool.Take()).ToList();

        Assert.Equal(burst.Count, burst.Distinct().Count());
        Assert.Equal(burst.ToHashSet(), again.ToHashSet());
        Assert.Equal(burst.ToHashSet(), pool.Made.ToArray().ToHashSet());
    }

    [Fact]
    public async Task Take_ByManyThreads_GivesNoneTwice()
    {
        var pool = new Pool<int[]>(() => new int[1]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var item = pool.Take();
                Assert.Equal(1, Interlocked.Increment(ref item[0]));
                Interlocked.Decrement(ref item[0]);
                pool.Return(item);
            }
        })));

        Assert.InRange(pool.Made.Length, 1, 8);
    }
}
