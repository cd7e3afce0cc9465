namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>
/// What is remembered of the calls to one service: how long the last ones took, and how many hedges they have earned (a token bucket: every
/// call adds a fraction of one). Thread-safe.
/// </summary>
internal sealed class HedgeMemory(HedgingOptions options)
{
    /// <summary>Fewer calls say nothing about the slowest.</summary>
    private const int FewestCalls = 20;

    /// <summary>The quantile takes a sort: it is renewed once in so many calls.</summary>
    private const int Renewal = 10;

    private readonly Lock _lock = new();
    private readonly TimeSpan[] _last = new TimeSpan[options.Window];
    private TimeSpan _delay = options.InitialDelay;
    private double _earned = options.Burst;
    private long _calls;

    /// <summary>A call begins.</summary>
    /// <returns>When it is late.</returns>
    public TimeSpan Begin()
    {
        lock (_lock)
        {
            _earned = Math.Min(options.Burst, _earned + options.ExtraLoad);
            return _delay;
        }
    }

    /// <returns>Whether there may be a hedge now.</returns>
    public bool TrySpend()
    {
        lock (_lock)
        {
            var isEarned = _earned >= 1;
            _earned -= isEarned ? 1 : 0;
            return isEarned;
        }
    }

    /// <summary>An attempt was answered after this time.</summary>
    public void Record(TimeSpan took)
    {
        lock (_lock)
        {
            _last[_calls++ % _last.Length] = took;
            if (_calls >= FewestCalls && _calls % Renewal == 0)
            {
                var sorted = _last[..(int)Math.Min(_calls, _last.Length)];
                Array.Sort(sorted);
                var quantile = sorted[(int)Math.Ceiling(options.Quantile * sorted.Length) - 1];
                _delay = quantile > options.ShortestDelay ? quantile : options.ShortestDelay;
            }
        }
    }
}
