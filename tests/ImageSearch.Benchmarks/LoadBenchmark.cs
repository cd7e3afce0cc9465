using System.Diagnostics;
using System.Runtime.InteropServices;
using ImageSearch.Core;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Benchmarks;

/// <summary>
/// The index server over HTTP: what the way costs one client beside the search itself, and searches at 100 a second, at rest and while pictures
/// are added and deleted. Everything runs on this one machine: the server, who searches and who writes.
/// </summary>
internal static class LoadBenchmark
{
    private const int Count = 100_000;
    private const int Added = 10_000;
    private const int Deleted = 5000;
    private const int Dimension = 512;
    private const int Batch = 100;
    private const int Calls = 2000;
    private const double Rate = 100;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);
    private static readonly ModelKey Model = new("synthetic", "1");

    public static async Task RunAsync()
    {
        Console.WriteLine($"\nload: {Count:N0} synthetic vectors × {Dimension}, k = 10, an index server in a process of its own");
        var vectors = new byte[Count + Added][];
        Parallel.For(0, vectors.Length, i => vectors[i] = Bytes(SyntheticVectors.Vector(i, Dimension)));
        var queries = Enumerable.Range(0, 500).Select(i => Bytes(SyntheticVectors.Vector(vectors.Length + i, Dimension))).ToArray();
        foreach (var algorithm in Environment.GetEnvironmentVariable("IMAGESEARCH_ALGORITHMS")?.Split(',') ?? ["Exact", "ExactInt8"])
        {
            var directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
            try
            {
                await RunAsync(algorithm, directory.FullName, vectors, queries);
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        }
    }

    private static async Task RunAsync(string algorithm, string directory, byte[][] vectors, byte[][] queries)
    {
        using var host = StoreIn(directory);
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IImageStore>();
        foreach (var page in Enumerable.Range(0, Count).Chunk(512))
        {
            await AddAsync(store, vectors, page);
        }

        using var server = new IndexServerProcess(directory, Model, Dimension, ("Index__Algorithm", algorithm), ("Logging__LogLevel__Default", "Warning"));
        await server.WaitForAsync(Count);
        Console.WriteLine($"  {algorithm}");
        await OneClientAsync(server, queries);
        await UnderWritesAsync(server, store, vectors, queries);
        await host.StopAsync();
    }

    /// <summary>One after the other: what a client waits for, and what of it is not the search.</summary>
    private static async Task OneClientAsync(IndexServerProcess server, byte[][] queries)
    {
        var (total, search, way) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = -Calls / 4; i < Calls; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await server.SearchAsync(queries[(i + Calls) % queries.Length]);
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (i >= 0)
            {
                total.Add(took);
                search.Add(answer.TookMs);
                way.Add(took - answer.TookMs);
            }
        }

        Console.WriteLine($"    one client            {Quantiles(total)}   the search itself {Quantiles(search)}   beside it {Quantiles(way)}");
    }

    private static async Task UnderWritesAsync(IndexServerProcess server, IImageStore store, byte[][] vectors, byte[][] queries)
    {
        var rest = await SearchWhileAsync(server, queries, () => Task.Delay(Rest));
        var writing = TimeSpan.Zero;
        var busy = await SearchWhileAsync(server, queries, async () =>
        {
            var started = Stopwatch.GetTimestamp();
            await WriteAsync(store, vectors);
            writing = Stopwatch.GetElapsedTime(started);
        });
        await server.WaitForAsync(Count + Added - Deleted);
        var ratio = OpenLoop.Percentile(busy, 99) / OpenLoop.Percentile(rest, 99);
        Console.WriteLine($"    {Rate}/s, at rest       {Quantiles(rest)}");
        Console.WriteLine($"    {Rate}/s, while writing {Quantiles(busy)}   {Added:N0} added and {Deleted:N0} deleted in {writing.TotalSeconds:F1} s: p99 × {ratio:F2}");
        Console.WriteLine($"    missing afterwards: {await MissingAsync(server, vectors)}; recall of live searches {(await server.StatsAsync()).Recall}");
    }

    private static async Task<double[]> SearchWhileAsync(IndexServerProcess server, byte[][] queries, Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        var searches = OpenLoop.RunAsync(Rate, number => server.SearchAsync(queries[number % queries.Length]), stop.Token);
        await work();
        await stop.CancelAsync();
        return await searches;
    }

    /// <summary>Spread over as much time as the measurement at rest took.</summary>
    private static async Task WriteAsync(IImageStore store, byte[][] vectors)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var page in Enumerable.Range(0, Added).Chunk(Batch))
        {
            await AddAsync(store, vectors, page.Select(i => Count + i));
            foreach (var i in Enumerable.Range(page[0] * Deleted / Added, page.Length * Deleted / Added))
            {
                await store.DeleteAsync(SyntheticVectors.Id(i), default);
            }

            if ((Rest * (page[^1] + 1) / Added) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause);
            }
        }
    }

    /// <summary>Pictures that their own vector does not find, and deleted ones that it does.</summary>
    private static async Task<int> MissingAsync(IndexServerProcess server, byte[][] vectors)
    {
        var missing = 0;
        foreach (var page in Enumerable.Range(0, Count + Added).Chunk(256))
        {
            var answer = await server.SearchAsync([.. page.SelectMany(i => vectors[i])], page.Length, k: 1);
            missing += page.Where((number, i) => (answer.Results[i][0].Id == SyntheticVectors.Id(number)) != (number >= Deleted)).Count();
        }

        return missing;
    }

    private static async Task AddAsync(IImageStore store, byte[][] vectors, IEnumerable<int> numbers)
    {
        await Task.WhenAll(numbers.Select(i => store.AddAsync(new ImageRecord(SyntheticVectors.Id(i), "synthetic", "image/jpeg", 1, 1, 1, [], default), default)));
        await store.PutVectorsAsync(
            Model, [.. numbers.Select(i => new ImageVector(SyntheticVectors.Id(i), MemoryMarshal.Cast<byte, float>(vectors[i]).ToArray(), 1, []))], default);
    }

    private static IHost StoreIn(string directory)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Backend"] = "embedded";
        builder.Configuration["Data:Directory"] = directory;
        builder.AddImageSearchBackend();
        return builder.Build();
    }

    private static byte[] Bytes(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private static string Quantiles(IReadOnlyCollection<double> milliseconds) =>
        $"p50 {OpenLoop.Percentile(milliseconds, 50):F3} p99 {OpenLoop.Percentile(milliseconds, 99):F3} ms";
}
