using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>Searches by known pictures at a steady rate, whatever becomes of them, on connections that are kept.</summary>
internal sealed class SteadySearches : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SearchRecord> _records = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly HttpClient _http;
    private readonly Task _loop;

    private SteadySearches(Uri web, string model, IReadOnlyList<Picture> known, double rate)
    {
        _http = new HttpClient { BaseAddress = web, Timeout = TimeSpan.FromSeconds(20) };
        _loop = Task.Run(() => OpenLoop.RunAsync(rate, number => SearchAsync(model, known[number % known.Count], TimeSpan.FromSeconds(number / rate)), _stop.Token));
    }

    /// <summary>Since the load began.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public IReadOnlyList<SearchRecord> Records => [.. _records];

    public static SteadySearches Start(Uri web, string model, IReadOnlyList<Picture> known, double rate) => new(web, model, known, rate);

    /// <summary>Searches that were to begin in this time.</summary>
    public SearchRecord[] Between(TimeSpan from, TimeSpan to) => [.. _records.Where(record => record.Due >= from && record.Due < to).OrderBy(record => record.Due)];

    /// <summary>Waits until the load has gone on for so long.</summary>
    public Task RunUntilAsync(TimeSpan time) => time - Now is { Ticks: > 0 } left ? Task.Delay(left) : Task.CompletedTask; // this is how long the load lasts

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public static string Describe(IReadOnlyCollection<SearchRecord> records)
    {
        var milliseconds = records.Select(record => record.Milliseconds).ToList();
        return $"{records.Count} searches: median {OpenLoop.Percentile(milliseconds, 50):F1} ms, 99 % {OpenLoop.Percentile(milliseconds, 99):F1} ms, worst {OpenLoop.Percentile(milliseconds, 100):F1} ms; "
            + $"{records.Count(record => record.Errors.Count > 0)} partial, {records.Count(record => record.Failure is not null)} failed";
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task SearchAsync(string model, Picture picture, TimeSpan due)
    {
        string? failure = null;
        var errors = new List<(int, string)>();
        try
        {
            using var answer = await _http.PostAsJsonAsync($"/api/v1/search?k=3&model={model}", new { imageId = picture.Id });
            var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
            if (!answer.IsSuccessStatusCode)
            {
                failure = $"{(int)answer.StatusCode}: {body!["detail"]}";
            }
            else
            {
                errors.AddRange(body!["shards"]!.AsArray().Where(shard => shard!["error"] is not null).Select(shard => ((int)shard!["shard"]!, (string)shard["error"]!)));
                var first = (string?)body["results"]!.AsArray().FirstOrDefault()?["id"];
                failure = first == picture.Id || errors.Count > 0 ? null : $"found {first} first";
            }
        }
        catch (Exception e)
        {
            failure = e.Message;
        }

        _records.Enqueue(new SearchRecord(due, (Now - due).TotalMilliseconds, failure, errors));
    }
}
