using System.Diagnostics;
using ImageSearch.Core.Store;

namespace ImageSearch.Index.Tests.Load;

/// <summary>
/// Searches at a steady rate while pictures are added and deleted through the store: every one is found afterwards, or gone. How long searches
/// took is printed, not judged: <c>dotnet run -c Release --project tests/ImageSearch.Benchmarks -- load</c> is for that.
/// </summary>
public sealed class LoadTests(ITestOutputHelper output) : IDisposable
{
    private const int Dimension = 64;
    private const int Batch = 100;

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("Exact")]
    [InlineData("Hnsw")]
    public Task Follow_WhileItIsSearched_MissesNothing(string algorithm) => RunAsync(algorithm, count: 5000, added: 1000, deleted: 500, rate: 100);

    [Theory(Explicit = true)]
    [InlineData("Exact")]
    [InlineData("Hnsw")]
    public Task Follow_HundredThousandWhileItIsSearched_MissesNothing(string algorithm) => RunAsync(algorithm, count: 100_000, added: 10_000, deleted: 5000, rate: 100);

    private async Task RunAsync(string algorithm, int count, int added, int deleted, double rate)
    {
        await using var server = new IndexServer(
            _data.Path, dimension: Dimension, settings: [("Index:Algorithm", algorithm), ("Index:RecallSample", "0.2")]);
        foreach (var page in Enumerable.Range(0, count).Chunk(1000))
        {
            await AddAsync(server.Store, page);
        }

        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Count == count, TimeSpan.FromMinutes(2));
        var rest = await SearchWhileAsync(server, rate, () => Task.Delay(TimeSpan.FromSeconds(1)));
        var busy = await SearchWhileAsync(server, rate, () => WriteAsync(server.Store, count, added, deleted));
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Count == count + added - deleted);

        await EachIsFoundAsync(server, Enumerable.Range(deleted, count + added - deleted));
        await EachIsGoneAsync(server, Enumerable.Range(0, deleted));
        var stats = await server.StatsAsync();
        Assert.InRange(stats.Recall ?? 1, algorithm == "Hnsw" ? 0.8 : 1, 1);
        output.WriteLine(
            $"{algorithm}, {count:N0} vectors, {rate}/s: p99 {OpenLoop.Percentile(rest, 99):F2} ms at rest, {OpenLoop.Percentile(busy, 99):F2} ms ({busy.Length} searches) while "
            + $"{added:N0} were added and {deleted:N0} deleted; recall {stats.Recall} of {stats.RecallSamples} searches");
    }

    [Theory]
    [InlineData("Exact")]
    [InlineData("Hnsw")]
    public async Task Follow_OnePicture_IsFoundSoonAfterItWasStored(string algorithm)
    {
        await using var server = new IndexServer(_data.Path, dimension: Dimension, settings: [("Index:Algorithm", algorithm)]);
        await AddAsync(server.Store, Enumerable.Range(0, 1000));
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Count == 1000);

        var times = new List<double>();
        for (var number = 1000; number < 1010; number++)
        {
            await AddAsync(server.Store, [number]);
            var stored = Stopwatch.GetTimestamp();
            await Eventually.BecomesTrue(async () => (await server.SearchAsync(Vectors.Unit(Dimension, number), "?k=1")).Results[0][0].Id == Samples.Id(number), TimeSpan.FromSeconds(10));
            times.Add(Stopwatch.GetElapsedTime(stored).TotalMilliseconds);
        }

        // Within half a second of a poll, as long as the machine is not busy with other tests; the deadline is for one that is.
        output.WriteLine($"{algorithm}: found {OpenLoop.Percentile(times, 50):F0} ms after it was stored, {times.Max():F0} ms at most, polling every 100 ms");
        Assert.InRange(OpenLoop.Percentile(times, 50), 0, 2000);
    }

    private static async Task<double[]> SearchWhileAsync(IndexServer server, double rate, Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        var searches = OpenLoop.RunAsync(rate, number => server.SearchAsync(Vectors.Unit(Dimension, 5_000_000 + number)), stop.Token);
        try
        {
            await work();
        }
        finally
        {
            await stop.CancelAsync();
        }

        return await searches;
    }

    /// <summary>New ones after the old, deletions of the oldest, by turns.</summary>
    private static async Task WriteAsync(IImageStore store, int count, int added, int deleted)
    {
        foreach (var page in Enumerable.Range(0, added).Chunk(Batch))
        {
            await AddAsync(store, page.Select(i => count + i));
            foreach (var i in Enumerable.Range(page[0] * deleted / added, page.Length * deleted / added))
            {
                await store.DeleteAsync(Samples.Id(i), default);
            }
        }
    }

    private static async Task AddAsync(IImageStore store, IEnumerable<int> numbers)
    {
        var vectors = numbers.Select(number => new ImageVector(Samples.Id(number), Vectors.Unit(Dimension, number), 1, [])).ToList();
        await Task.WhenAll(numbers.Select(number => store.AddAsync(Samples.Image(number), default)));
        await store.PutVectorsAsync(Samples.Model, vectors, default);
    }

    private static async Task EachIsFoundAsync(IndexServer server, IEnumerable<int> numbers)
    {
        foreach (var page in numbers.Chunk(Batch))
        {
            var results = await SearchAsync(server, page);
            Assert.Equal(page.Select(Samples.Id), results.Select(hits => hits[0].Id));
        }
    }

    private static async Task EachIsGoneAsync(IndexServer server, IEnumerable<int> numbers)
    {
        foreach (var page in numbers.Chunk(Batch))
        {
            var results = await SearchAsync(server, page);
            Assert.All(page.Zip(results), gone => Assert.NotEqual(Samples.Id(gone.First), gone.Second[0].Id));
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<ShardHit>>> SearchAsync(IndexServer server, int[] numbers) =>
        (await server.SearchAsync(numbers.SelectMany(number => Vectors.Unit(Dimension, number)).ToArray(), "?k=1", numbers.Length)).Results;
}
