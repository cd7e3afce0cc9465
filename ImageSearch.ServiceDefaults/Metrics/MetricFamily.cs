using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>All series of one name.</summary>
internal sealed class MetricFamily
{
    /// <summary>More sets of labels than this are one: a tag that turns out to be unbounded costs detail, not memory.</summary>
    public const int MaximumSeries = 1000;

    private const string Overflow = "otel_metric_overflow=\"true\"";

    private static readonly double[] SecondsBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] DefaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public MetricFamily(Instrument instrument)
    {
        Kind = KindOf(instrument);
        Name = MetricName.Of(instrument, Kind);
        Help = instrument.Description ?? "";
        IsObservable = instrument.IsObservable;
        IsAbsolute = IsObservable || instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>);
        Bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        _byText = _series.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>Its series are those that the last scrape observed.</summary>
    public bool IsObservable { get; }

    /// <summary>A measurement is the value itself, not what is to be added to it.</summary>
    public bool IsAbsolute { get; }

    /// <summary>Upper bounds of a histogram's buckets, inclusive, without +Inf.</summary>
    public double[] Bounds { get; }

    public IEnumerable<KeyValuePair<string, MetricSeries>> Series => _series;

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        var series = Find(tags);
        series.Scrape = scrape;
        if (Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (IsAbsolute)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        using var labels = new LabelText(stackalloc char[512]);
        labels.Write(tags);
        if (_byText.TryGetValue(labels.Text, out var series))
        {
            return series;
        }

        var key = _series.Count < MaximumSeries ? labels.Text.ToString() : Overflow;
        return _series.GetOrAdd(key, static (_, bounds) => new MetricSeries(bounds), Bounds);
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
            Histogram<float> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(bound => (double)bound),
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(bound => (double)bound),
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(bound => (double)bound),
            _ => null,
        };
        return advised is not null ? [.. advised] : instrument.Unit == "s" ? SecondsBounds : DefaultBounds;
    }
}
