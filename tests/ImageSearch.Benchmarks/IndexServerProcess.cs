using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using ImageSearch.Core.Models;
using ImageSearch.Index;
using ImageSearch.Testing;

namespace ImageSearch.Benchmarks;

/// <summary>The index server in a process of its own, over an embedded store.</summary>
internal sealed class IndexServerProcess : IDisposable
{
    private static readonly TimeSpan Loading = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    /// <param name="settings">Beside the model's, such as <c>Index__Algorithm</c>.</param>
    public IndexServerProcess(string directory, ModelKey model, int dimension, params (string Key, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{LocalPort.Free()}");
        var start = new ProcessStartInfo("dotnet", [typeof(IndexOptions).Assembly.Location]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        (string Key, string Value)[] environment =
        [
            ("ASPNETCORE_URLS", address.ToString()), ("Backend", "embedded"), ("Data__Directory", directory),
            ("Index__Model", model.Name), ("Index__Version", model.Version), ("Index__Dimension", dimension.ToString(CultureInfo.InvariantCulture)), .. settings,
        ];
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Http { get; }

    /// <summary>Of all its processors together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that no file backs: the store's file is not a second copy.</summary>
    public long AnonymousBytes => ProcessMemory.AnonymousBytes(_process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until it has caught up and holds so many vectors.</summary>
    public async Task WaitForAsync(long count)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Loading; await Task.Delay(20))
        {
            try
            {
                if (await StatsAsync() is { Ready: true } stats && stats.Count == count)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // not listening yet
            }
        }

        throw new TimeoutException($"The index server does not hold {count} vectors.");
    }

    public async Task<IndexStats> StatsAsync() => (await Http.GetFromJsonAsync<IndexStats>("/stats"))!;

    public async Task<ShardSearchResponse> SearchAsync(byte[] vectors, int count = 1, int k = 10, int? ef = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/search?k={k}{(ef is null ? "" : $"&ef={ef}")}"))
        {
            Content = new ByteArrayContent(vectors),
            Headers = { { "X-Vectors", count.ToString(CultureInfo.InvariantCulture) } },
        };
        using var response = await Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<ShardSearchResponse>())!;
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
