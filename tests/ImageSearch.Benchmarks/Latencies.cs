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

    public void Add(double milliseconds)
    {
        lock (_milliseconds)
        {
            _milliseconds.Add(milliseconds);
        }
    }

    private void Add(long started) => Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

    public string Quantiles
    {
        get
        {
            _milliseconds.Sort();
            return $"p50 {At(0.50):F2} ms   p95 {At(0.95):F2} ms   p99 {At(0.99):F2} ms";
        }
    }

    /// <param name="during">How long it took to make these calls, without what was done between them.</param>
    public string Describe(TimeSpan during) => $"{_milliseconds.Count / during.TotalSeconds,8:F0} /s   {Quantiles}";

    public override string ToString() => Describe(Stopwatch.GetElapsedTime(_started));

    private double At(double quantile) => _milliseconds[(int)Math.Min(_milliseconds.Count - 1, quantile * _milliseconds.Count)];
}
