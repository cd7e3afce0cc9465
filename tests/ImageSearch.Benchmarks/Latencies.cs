using System.Diagnostics;

namespace ImageSearch.Benchmarks;

/// <summary>Times of many calls, and what one says of them.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];
    private readonly long _started = Stopwatch.GetTimestamp();

    public void Time(Action call)
    {
        var started = Stopwatch.GetTimestamp();
        call();
        Add(started);
    }

    public async Task TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        Add(started);
    }

    private void Add(long started)
    {
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        lock (_milliseconds)
        {
            _milliseconds.Add(took);
        }
    }

    public override string ToString()
    {
        var perSecond = _milliseconds.Count / Stopwatch.GetElapsedTime(_started).TotalSeconds;
        _milliseconds.Sort();
        return $"{perSecond,8:F0} /s   p50 {At(0.50):F2} ms   p95 {At(0.95):F2} ms   p99 {At(0.99):F2} ms";
    }

    private double At(double quantile) => _milliseconds[(int)Math.Min(_milliseconds.Count - 1, quantile * _milliseconds.Count)];
}
