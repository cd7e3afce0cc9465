using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Core;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Benchmarks;

/// <summary>Searches per second at 100,000 vectors of 512 floats, k = 10: the engine itself, and the index server over HTTP and the store.</summary>
internal static class SearchBenchmark
{
    private const int Count = 100_000;
    private const int Dimension = 512;
    private const int Queries = 400;

    private static readonly ModelKey Model = new("synthetic", "1");

    public static async Task RunAsync()
    {
        Console.WriteLine($"\nsearch: {Count:N0} synthetic vectors × {Dimension}, k = 10, exact");
        var vectors = new float[Count][];
        Parallel.For(0, Count, i => vectors[i] = SyntheticVectors.Vector(i, Dimension));
        var queries = Enumerable.Range(0, Queries).Select(i => SyntheticVectors.Vector(Count + i, Dimension)).ToArray();

        Engine(vectors, queries);
        await ServerAsync(vectors, queries);
    }

    private static void Engine(float[][] vectors, float[][] queries)
    {
        // The yardstick of the same run: one dot product per row of one array, without ids or a top-k.
        var rows = new float[(long)Count * Dimension];
        for (var i = 0; i < Count; i++)
        {
            vectors[i].CopyTo(rows.AsSpan(i * Dimension));
        }

        var scores = new float[Count];
        Console.WriteLine($"  yardstick, 1 thread  {Measure(1, queries, query =>
        {
            for (var row = 0; row < Count; row++)
            {
                scores[row] = TensorPrimitives.Dot(query, rows.AsSpan(row * Dimension, Dimension));
            }
        })}");

        Engine("exact", new ExactIndex(Dimension), new ExactIndex(Dimension, Environment.ProcessorCount), vectors, queries);
        Engine("int8", new Int8Index(Dimension), new Int8Index(Dimension, Environment.ProcessorCount), vectors, queries);
    }

    private static void Engine(string name, SegmentedIndex index, SegmentedIndex wide, float[][] vectors, float[][] queries)
    {
        Fill(index, vectors);
        var filter = new SearchOptions(10);
        Console.WriteLine($"  {name}, 1 thread, 1 query at a time  {Measure(1, queries, query => Search(index, query, filter))}");
        foreach (var batch in new[] { 16, 256 })
        {
            Console.WriteLine($"  {name}, 1 thread, {batch} queries at a time  {MeasureBatch(index, queries, batch)}");
        }

        Console.WriteLine($"  {name}, {Environment.ProcessorCount} searches at the same time, 1 thread each  {Measure(Environment.ProcessorCount, queries, query => Search(index, query, filter))}");
        Fill(wide, vectors);
        Console.WriteLine($"  {name}, {Environment.ProcessorCount} threads, 1 query at a time  {Measure(1, queries, query => Search(wide, query, filter))}");
        foreach (var batch in new[] { 16, 256 })
        {
            Console.WriteLine($"  {name}, {Environment.ProcessorCount} threads, {batch} queries at a time  {MeasureBatch(wide, queries, batch)}");
        }
    }

    private static void Fill(SegmentedIndex index, float[][] vectors)
    {
        foreach (var page in Enumerable.Range(0, Count).Chunk(2048))
        {
            index.Apply([.. page.Select(i => new VectorChange(SyntheticVectors.Id(i), vectors[i], []))]);
        }
    }

    private static void Search(SegmentedIndex index, float[] query, SearchOptions options) => index.Search(query, options, new SearchResults(), default);

    private static string MeasureBatch(SegmentedIndex index, float[][] queries, int batch)
    {
        var together = queries.Take(batch).SelectMany(query => query).ToArray();
        var filter = new SearchOptions(10);
        var results = new SearchResults();
        index.Search(together, filter, results, default);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var started = Stopwatch.GetTimestamp();
            index.Search(together, filter, results, default);
            best = Stopwatch.GetElapsedTime(started) is var took && took < best ? took : best;
        }

        return $"{batch / best.TotalSeconds:N0} queries/s, best of 10";
    }

    private static Latencies Measure(int threads, float[][] queries, Action<float[]> search)
    {
        Array.ForEach(queries[..20], search);
        var latencies = new Latencies();
        Parallel.ForEach(queries, new ParallelOptions { MaxDegreeOfParallelism = threads }, query => latencies.Time(() => search(query)));
        return latencies;
    }

    private static async Task ServerAsync(float[][] vectors, float[][] queries)
    {
        var directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
        try
        {
            await FillAsync(directory.FullName, vectors);
            using var server = StartIndex(directory.FullName, out var address);
            using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
            var started = Stopwatch.GetTimestamp();
            await WaitUntilReadyAsync(http);
            var loading = Stopwatch.GetElapsedTime(started);
            Console.WriteLine($"  server ready after {loading.TotalSeconds:F1} s with {Count / loading.TotalSeconds:N0} vectors/s from the store, {AnonymousMiB(server.Id)} MiB of memory of its own for {(long)Count * Dimension * 4 >> 20} MiB of vectors");

            foreach (var clients in new[] { 1, Environment.ProcessorCount })
            {
                var latencies = new Latencies();
                await Parallel.ForEachAsync(
                    queries,
                    new ParallelOptions { MaxDegreeOfParallelism = clients },
                    async (query, _) => await latencies.TimeAsync(() => SearchAsync(http, query)));
                Console.WriteLine($"  server over HTTP, {clients} client(s)  {latencies}");
            }

            server.Kill();
            await server.WaitForExitAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(string directory, float[][] vectors)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Backend"] = "embedded";
        builder.Configuration["Data:Directory"] = directory;
        builder.AddImageSearchBackend();
        using var host = builder.Build();
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IImageStore>();
        var started = Stopwatch.GetTimestamp();
        foreach (var page in Enumerable.Range(0, Count).Chunk(512))
        {
            await Task.WhenAll(page.Select(i => store.AddAsync(new ImageRecord(SyntheticVectors.Id(i), "synthetic", "image/jpeg", 1, 1, 1, [], default), default)));
            await store.PutVectorsAsync(Model, [.. page.Select(i => new ImageVector(SyntheticVectors.Id(i), vectors[i], 1, []))], default);
        }

        Console.WriteLine($"  store: {Count / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} records with vectors written/s");
        await host.StopAsync();
    }

    private static Process StartIndex(string directory, out Uri address)
    {
        address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [typeof(ExactIndex).Assembly.Location])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        (string Key, string Value)[] environment =
        [
            ("ASPNETCORE_URLS", address.ToString()), ("Backend", "embedded"), ("Data__Directory", directory), ("Logging__LogLevel__Default", "None"),
            ("Index__Model", Model.Name), ("Index__Version", Model.Version), ("Index__Dimension", Dimension.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task WaitUntilReadyAsync(HttpClient http)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(2); DateTime.UtcNow < deadline; await Task.Delay(20))
        {
            try
            {
                if (await http.GetFromJsonAsync<IndexStats>("/stats") is { Ready: true, Count: Count })
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
        }

        throw new TimeoutException("The index server was not ready within two minutes.");
    }

    private static async Task SearchAsync(HttpClient http, float[] query)
    {
        using var answer = await http.PostAsync("/search?k=10", new ByteArrayContent(MemoryMarshal.AsBytes(query.AsSpan()).ToArray()));
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Memory of the process without what it maps from files: the store's file is not a second copy.</summary>
    private static string AnonymousMiB(int pid) => File.Exists($"/proc/{pid}/status")
        ? File.ReadLines($"/proc/{pid}/status").Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
            .Select(line => $"{long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024}").First()
        : "?";

    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
