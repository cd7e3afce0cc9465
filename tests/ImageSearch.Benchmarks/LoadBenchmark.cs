using System.Diagnostics;
using ImageSearch.Testing;

namespace ImageSearch.Benchmarks;

/// <summary>
/// The index server over HTTP with searches at 100 a second, at rest and while pictures are added and deleted. Everything runs on this one
/// machine: the server, who searches and who writes. <c>load --algorithms Exact,Hnsw</c>.
/// </summary>
internal static class LoadBenchmark
{
    private const int Count = 100_000;
    private const int Added = 10_000;
    private const int Deleted = 5000;
    private const int Batch = 100;
    private const int WarmUp = 2500;
    private const double Rate = 100;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string[] words)
    {
        var algorithms = new Arguments(words, "algorithms").Text("algorithms")?.Split(',') ?? ["Exact", "Hnsw"];
        Console.WriteLine($"\nload: {Count:N0} synthetic vectors × {SyntheticStore.Dimension}, k = 10, an index server in a process of its own");
        var vectors = SyntheticStore.Vectors(0, Count + Added);
        var queries = SyntheticStore.Vectors(vectors.Length, 500);
        foreach (var algorithm in algorithms)
        {
            await using var store = await SyntheticStore.CreateAsync(vectors, Count);
            using var server = new IndexServerProcess(
                store.Path, SyntheticStore.Model, SyntheticStore.Dimension, ("Index__Algorithm", algorithm), ("Logging__LogLevel__Default", "Warning"));
            await server.WaitForAsync(Count);
            Console.WriteLine($"  {algorithm}");
            await WarmUpAsync(server, queries);
            try
            {
                await UnderWritesAsync(server, store, vectors, queries);
            }
            catch (TimeoutException e)
            {
                Console.WriteLine($"    too slow for this machine as it is: {e.Message}");
            }
        }
    }

    private static async Task WarmUpAsync(IndexServerProcess server, byte[][] queries)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await server.SearchAsync(queries[i % queries.Length]);
        }
    }

    private static async Task UnderWritesAsync(IndexServerProcess server, SyntheticStore store, byte[][] vectors, byte[][] queries)
    {
        var (rest, restProcessor) = await SearchWhileAsync(server, queries, () => Task.Delay(Rest));
        var writing = TimeSpan.Zero;
        var (busy, busyProcessor) = await SearchWhileAsync(server, queries, async () =>
        {
            var started = Stopwatch.GetTimestamp();
            await WriteAsync(store, vectors);
            writing = Stopwatch.GetElapsedTime(started);
        });
        await server.WaitForAsync(Count + Added - Deleted);
        var ratio = OpenLoop.Percentile(busy, 99) / OpenLoop.Percentile(rest, 99);
        Console.WriteLine($"    {Rate}/s, at rest       {Quantiles(rest)}   {restProcessor:P0} of a processor");
        Console.WriteLine($"    {Rate}/s, while writing {Quantiles(busy)}   {busyProcessor:P0} of a processor   {Added:N0} added and {Deleted:N0} deleted in {writing.TotalSeconds:F1} s: p99 × {ratio:F2}");
        Console.WriteLine($"    missing afterwards: {await MissingAsync(server, vectors)}; recall of live searches {(await server.StatsAsync()).Recall}");
    }

    /// <returns>Milliseconds of each search, and how busy the server was.</returns>
    private static async Task<(double[] Times, double Processor)> SearchWhileAsync(IndexServerProcess server, byte[][] queries, Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        var (started, busy) = (Stopwatch.GetTimestamp(), server.ProcessorTime);
        var searches = OpenLoop.RunAsync(Rate, number => server.SearchAsync(queries[number % queries.Length]), stop.Token);
        await work();
        await stop.CancelAsync();
        return (await searches, (server.ProcessorTime - busy) / Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Spread over as much time as the measurement at rest took.</summary>
    private static async Task WriteAsync(SyntheticStore store, byte[][] vectors)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var page in Enumerable.Range(0, Added).Chunk(Batch))
        {
            await store.AddAsync(vectors, [.. page.Select(i => Count + i)]);
            foreach (var i in Enumerable.Range(page[0] * Deleted / Added, page.Length * Deleted / Added))
            {
                await store.Images.DeleteAsync(SyntheticVectors.Id(i), default);
            }

            if ((Rest * (page[^1] + 1) / Added) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause);
            }
        }
    }

    /// <summary>
    /// Pictures that their own vector does not find, and deleted ones that it does. A graph looks as closely as it can: what it misses then is not
    /// there, and no matter of recall.
    /// </summary>
    private static async Task<int> MissingAsync(IndexServerProcess server, byte[][] vectors)
    {
        var missing = 0;
        foreach (var page in Enumerable.Range(0, Count + Added).Chunk(256))
        {
            var answer = await server.SearchAsync([.. page.SelectMany(i => vectors[i])], page.Length, k: 1, ef: 1000);
            missing += page.Where((number, i) => (answer.Results[i][0].Id == SyntheticVectors.Id(number)) != (number >= Deleted)).Count();
        }

        return missing;
    }

    private static string Quantiles(IReadOnlyCollection<double> milliseconds) =>
        $"p50 {OpenLoop.Percentile(milliseconds, 50):F3} p99 {OpenLoop.Percentile(milliseconds, 99):F3} ms";
}
