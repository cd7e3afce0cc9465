namespace ImageSearch.Web.SystemStatus;

/// <summary>The last samples, a bounded number of them.</summary>
internal sealed class HistoryRing(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HistorySample[] _samples = new HistorySample[capacity];
    private long _added;

    public void Add(HistorySample sample)
    {
        lock (_lock)
        {
            _samples[_added++ % _samples.Length] = sample;
        }
    }

    /// <returns>Oldest first.</returns>
    public HistorySample[] ToArray()
    {
        lock (_lock)
        {
            var count = (int)Math.Min(_added, _samples.Length);
            var samples = new HistorySample[count];
            for (var i = 0; i < count; i++)
            {
                samples[i] = _samples[(_added - count + i) % _samples.Length];
            }

            return samples;
        }
    }
}

/// <summary>One step of the history. Null: not known, or nothing happened that could be measured.</summary>
/// <param name="SearchP50">Milliseconds, as all durations in answers.</param>
internal readonly record struct HistorySample(
    double SearchRate, double SearchFailureRate, double? SearchP50, double? SearchP95, double? ExtractionRate, double? QueueDepth);
