namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>The values of one instrument under one set of labels.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;
    private long _count;

    /// <summary>The scrape that last observed it, for observable instruments.</summary>
    public long Scrape { get; set; }

    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    public void Record(double value)
    {
        // Bounds are inclusive: the first that is not below the value.
        var bucket = Array.BinarySearch(bounds, value);
        bucket = bucket < 0 ? ~bucket : bucket;
        lock (_lock)
        {
            _buckets[bucket]++;
            _count++;
            _value += value;
        }
    }

    public MetricValue Read()
    {
        lock (_lock)
        {
            return new MetricValue(_value, _count, [.. _buckets]);
        }
    }
}
