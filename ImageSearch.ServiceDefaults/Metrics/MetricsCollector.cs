using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>Listens to the meters of this service and keeps what <c>/metrics</c> shows.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();
    private readonly ILogger _logger;
    private long _scrape;

    public MetricsCollector(IEnumerable<string> meters, IMeterFactory factory, ILogger<MetricsCollector> logger)
    {
        _logger = logger;
        var names = meters.ToHashSet(StringComparer.Ordinal);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Meters of a factory belong to its host; those without are the process's.
            if (names.Contains(instrument.Meter.Name) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, factory)))
            {
                Add(instrument, listener);
            }
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Measure((double)value, tags, state));
        _listener.Start();
    }

    /// <summary>Writes everything as Prometheus text.</summary>
    public string Scrape()
    {
        lock (_scraping)
        {
            _scrape++;
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                Log.ObservationFailed(_logger, e); // the other instruments have been observed
            }

            return PrometheusText.Write(_families.Values.OrderBy(family => family.Name, StringComparer.Ordinal), _scrape);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, MeterListener listener)
    {
        var family = new MetricFamily(instrument);
        var known = _families.GetOrAdd(family.Name, family);
        // A name has one type in Prometheus; the first that took it keeps it.
        if (known.Kind == family.Kind && known.IsAbsolute == family.IsAbsolute)
        {
            listener.EnableMeasurementEvents(instrument, known);
        }
        else
        {
            Log.MetricNameTaken(_logger, instrument.Name, family.Name);
        }
    }

    private void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) => ((MetricFamily)state!).Measure(value, tags, _scrape);
}
