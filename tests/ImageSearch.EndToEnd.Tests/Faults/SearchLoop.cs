using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>
/// Somebody who searches all the time, five times a second, for pictures that are known: each search has to find its own first, or say that
/// it is partial. A search that is answered with 503 is made again when the answer says, as the client library does, until the patience is
/// over: shorter than a cut lasts, so that a search that needs what is broken fails.
/// </summary>
internal sealed class SearchLoop : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>An answer that takes longer is as good as none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<double> _milliseconds = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private int _partial;
    private int _repeated;
    private readonly IReadOnlyList<Picture> _known;
    private readonly IReadOnlyList<string> _models;
    private readonly Func<string> _phase;
    private readonly HttpClient _http;
    private readonly Task _loop;

    private SearchLoop(Uri web, IReadOnlyList<Picture> known, IReadOnlyList<string> models, Func<string> phase)
    {
        (_known, _models, _phase) = (known, models, phase);
        _http = new HttpClient { BaseAddress = web, Timeout = Patience };
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Searches that were not answered as they should, each with what was broken at the time.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public int Answered => _milliseconds.Count;

    /// <summary>Answers that say that a shard did not make it in time.</summary>
    public int Partial => Volatile.Read(ref _partial);

    /// <param name="phase">What is broken at the moment, for the report.</param>
    public static SearchLoop Start(Uri web, IReadOnlyList<Picture> known, IReadOnlyList<string> models, Func<string> phase) => new(web, known, models, phase);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public string Report()
    {
        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0 ? "no search was answered"
            : $"{sorted.Length} searches answered: median {sorted[sorted.Length / 2]:F0} ms, 99 % {sorted[sorted.Length * 99 / 100]:F0} ms, worst {sorted[^1]:F0} ms; {Partial} partial, {_repeated} times made again, {_failures.Count} failed";
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        var running = new List<Task>();
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(_stop.Token); i++)
            {
                running.RemoveAll(task => task.IsCompleted);
                running.Add(SearchAsync(_known[i % _known.Count], _models[i % _models.Count]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task SearchAsync(Picture picture, string model)
    {
        var phase = _phase();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answer = await SearchUntilAnsweredAsync(picture, model);
            var first = (string?)answer["results"]!.AsArray().FirstOrDefault()?["id"];
            if ((bool)answer["partial"]!)
            {
                // It says so, whether the shard that did not answer is the one with the picture or not.
                Interlocked.Increment(ref _partial);
            }
            else if (first != picture.Id)
            {
                _failures.Enqueue($"{phase}: {model} answered {answer.ToJsonString()}");
                return;
            }

            _milliseconds.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{phase}: {model} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms: {e.Message}");
        }
    }

    private async Task<JsonNode> SearchUntilAnsweredAsync(Picture picture, string model)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = await new Api(_http).PostSearchAsync(picture, $"?model={model}&k=3");
            if (answer.IsSuccessStatusCode)
            {
                return await Api.JsonAsync(answer);
            }

            Assert.True(
                answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(patience.Token)}");
            Interlocked.Increment(ref _repeated);
            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, patience.Token);
        }
    }
}
