using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ImageSearch.Benchmarks;

/// <summary>
/// What a search over HTTP costs beyond the engine's own time: the index server in a process of its own with 100,000 vectors of 512 floats, and
/// clients that keep their connection. The engine's own time is what the server says it took.
/// </summary>
internal static class HttpBenchmark
{
    private const int Count = 100_000;
    private const int K = 10;
    private const int Queries = 2000;
    private const double Most = 0.25; // ms, at p50

    /// <summary>Calls for the just-in-time compiler of both processes.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string[] words)
    {
        var algorithms = new Arguments(words, "algorithms").Text("algorithms")?.Split(',') ?? ["Exact", "Hnsw"];
        Console.WriteLine($"\nhttp: index server with {Count:N0} synthetic vectors × {SyntheticStore.Dimension}, embedded store, POST /search, k = {K}");
        var queries = SyntheticStore.Vectors(Count, 200);
        var started = Stopwatch.GetTimestamp();
        await using var store = await SyntheticStore.CreateAsync(SyntheticStore.Vectors(0, Count), Count);
        Console.WriteLine(
            $"""
              {Count / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} vectors/s made and stored with their records

            | engine | clients | searches/s | client p50 ms | p99 ms | engine's own p50 ms | p99 ms | over it at p50 ms | |
            |---|---|---|---|---|---|---|---|---|
            """);
        var notes = new List<string>();
        foreach (var algorithm in algorithms)
        {
            notes.Add(await ServerAsync(store.Path, algorithm, queries));
        }

        Console.WriteLine();
        notes.ForEach(Console.WriteLine);
    }

    private static async Task<string> ServerAsync(string directory, string algorithm, byte[][] queries)
    {
        var loading = Stopwatch.GetTimestamp();
        using var server = new IndexServerProcess(
            directory, SyntheticStore.Model, SyntheticStore.Dimension, ("Index__Algorithm", algorithm), ("Index__SnapshotInterval", "00:00:00"), ("Logging__LogLevel__Default", "None"));
        await server.WaitForAsync(Count);
        var ready = Stopwatch.GetElapsedTime(loading);
        var note = $"{algorithm}: ready {ready.TotalSeconds:F1} s after its start, {Count / ready.TotalSeconds:N0} vectors/s from the store, {server.AnonymousBytes >> 20} MiB of memory of its own for {(long)Count * SyntheticStore.Dimension * 4 >> 20} MiB of vectors";
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
        var way = Statistics.Median(times.Client.Zip(times.Engine, (both, own) => both - own)); // of each search, not of two different ones
        var verdict = clients > 1 ? "" : way <= Most ? $"≤ {Most}: ok" : $"≤ {Most}: **short**";
        Console.WriteLine(
            $"| {algorithm} | {clients} | {times.Client.Count / times.Took.TotalSeconds:N0} | {client:F3} | {Statistics.Percentile(times.Client, 99):F3} | {engine:F3} | {Statistics.Percentile(times.Engine, 99):F3} | {way:F3} | {verdict} |");
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
            engine.Add(JsonSerializer.Deserialize<ShardSearchResponse>(bytes, JsonSerializerOptions.Web)!.TookMs);
        }

        return new Times(client, engine, Stopwatch.GetElapsedTime(begun));
    }

    private sealed record Times(List<double> Client, List<double> Engine, TimeSpan Took);
}
