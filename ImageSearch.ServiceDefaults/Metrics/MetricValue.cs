namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>What a series held at one moment.</summary>
/// <param name="Value">The value; a histogram's sum.</param>
/// <param name="Count">A histogram's number of measurements.</param>
/// <param name="Buckets">A histogram's measurements per bucket, not cumulative; the last is that of +Inf.</param>
internal readonly record struct MetricValue(double Value, long Count, long[] Buckets);
