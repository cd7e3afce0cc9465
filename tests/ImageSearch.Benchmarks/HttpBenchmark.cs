using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using ImageSearch.Core;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Benchmarks;

/// <summary>
/// What a search over HTTP costs beyond the engine's own time: the index server in a process of its own with 100,000 vectors of 512 floats, and
/// clients that keep their connection. The engine's own time is what the server says it took.
/// </summary>
internal static class HttpBenchmark
{
    private const int Count = 100_000;
    private const int Dimension = 512;
    private const int K = 10;
    private const int Queries = 2000;
    private const double Most = 0.25; // ms, at p50

    private static readonly ModelKey Model = new("synthetic", "1");

    /// <summary>Calls for the just-in-time compiler of both processes.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        Console.WriteLine($"\nhttp: index server with {Count:N0} synthetic vectors × {Dimension}, embedded store, POST /search, k = {K}");
        var vectors = new float[Count][];
        Parallel.For(0, Count, i => vectors[i] = SyntheticVectors.Vector(i, Dimension));
        var queries = Enumerable.Range(0, 200).Select(i => MemoryMarshal.AsBytes(SyntheticVectors.Vector(Count + i, Dimension).AsSpan()).ToArray()).ToArray();
        var directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
        try
        {
            Console.WriteLine($"  store: {await FillAsync(directory.FullName, vectors):N0} records with vectors written/s");
            Console.WriteLine(
                """

                | engine | clients | searches/s | client p50 ms | p99 ms | engine's own p50 ms | p99 ms | over it at p50 ms | |
                |---|---|---|---|---|---|---|---|---|
                """);
            var notes = new List<string>();
            foreach (var algorithm in new[] { "ExactInt8", "Exact" })
            {
                notes.Add(await ServerAsync(directory.FullName, algorithm, queries));
            }

            Console.WriteLine();
            notes.ForEach(Console.WriteLine);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> ServerAsync(string directory, string algorithm, byte[][] queries)
    {
        await using var server = new IndexServer(directory, Model, Dimension, ("Index__Algorithm", algorithm));
        var ready = await server.ReadyAsync(Count);
        var note = $"{algorithm}: ready after {ready.TotalSeconds:F1} s, {Count / ready.TotalSeconds:N0} vectors/s from the store, {server.AnonymousBytes >> 20} MiB of memory of its own for {(long)Count * Dimension * 4 >> 20} MiB of vectors";
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp;)
        {
            await MeasureAsync(server.Http, queries, 100);
        }

        var one = await MeasureAsync(server.Http, queries, Queries);
        Row(algorithm, 1, one);
        using var other = new HttpClient { BaseAddress = server.Http.BaseAddress };
        var both = await Task.WhenAll(MeasureAsync(server.Http, queries, Queries), MeasureAsync(other, queries, Queries));
        Row(algorithm, 2, new Times([.. both.SelectMany(times => times.Client)], [.. both.SelectMany(times => times.Engine)], both.Max(times => times.Took)));
        return note;
    }

    private static void Row(string algorithm, int clients, Times times)
    {
        var (client, engine) = (Statistics.Median(times.Client), Statistics.Median(times.Engine));
        var verdict = clients > 1 ? "" : client - engine <= Most ? $"≤ {Most}: ok" : $"≤ {Most}: **short**";
        Console.WriteLine(
            $"| {algorithm} | {clients} | {times.Client.Count / times.Took.TotalSeconds:N0} | {client:F3} | {Statistics.Percentile(times.Client, 99):F3} | {engine:F3} | {Statistics.Percentile(times.Engine, 99):F3} | {client - engine:F3} | {verdict} |");
    }

    private static async Task<Times> MeasureAsync(HttpClient http, byte[][] queries, int count)
    {
        var (client, engine, begun) = (new List<double>(count), new List<double>(count), Stopwatch.GetTimestamp());
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(queries[i % queries.Length]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var answer = await http.PostAsync($"/search?k={K}", content);
            answer.EnsureSuccessStatusCode();
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            client.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            engine.Add(System.Text.Json.JsonSerializer.Deserialize<ShardSearchResponse>(bytes, System.Text.Json.JsonSerializerOptions.Web)!.TookMs);
        }

        return new Times(client, engine, Stopwatch.GetElapsedTime(begun));
    }

    private static async Task<double> FillAsync(string directory, float[][] vectors)
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

        var rate = Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await host.StopAsync();
        return rate;
    }

    private sealed record Times(List<double> Client, List<double> Engine, TimeSpan Took);
}
