using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Models;
using ImageSearch.Index.Search;

namespace ImageSearch.Benchmarks;

/// <summary>An index server in a process of its own, on the embedded store.</summary>
internal sealed class IndexServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    /// <param name="settings">More of its configuration, as environment variables are named.</param>
    public IndexServer(string directory, ModelKey model, int dimension, params (string Key, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{LocalPort.Free()}";
        var start = new ProcessStartInfo("dotnet", [typeof(ExactIndex).Assembly.Location]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        (string Key, string Value)[] environment =
        [
            ("ASPNETCORE_URLS", address), ("Backend", "embedded"), ("Data__Directory", directory), ("Logging__LogLevel__Default", "None"),
            ("Index__Model", model.Name), ("Index__Version", model.Version), ("Index__Dimension", dimension.ToString(CultureInfo.InvariantCulture)), .. settings,
        ];
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        // One connection, kept: what a web server has with each of its index servers when one client asks.
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Http { get; }

    /// <summary>Memory that no file backs: the store's file is not a second copy.</summary>
    public long AnonymousBytes => ProcessMemory.AnonymousBytes(_process.Id.ToString(CultureInfo.InvariantCulture));

    /// <returns>How long it took to be ready with so many vectors.</returns>
    public async Task<TimeSpan> ReadyAsync(int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(20))
        {
            try
            {
                if (await Http.GetFromJsonAsync<IndexStats>("/stats") is { Ready: true } stats && stats.Count == count)
                {
                    return Stopwatch.GetElapsedTime(started);
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // not listening yet
            }
        }

        throw new TimeoutException($"The index server was not ready within {Patience.TotalMinutes} minutes.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
