using System.Diagnostics.Metrics;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Listens to what this server's searches report of themselves, so that nothing has to be counted twice.</summary>
internal sealed class SearchMeter : IDisposable
{
    private const string Duration = "imagesearch.search.duration";

    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latencies = new();
    private readonly MeterListener _listener = new();
    private long _count;
    private long _failed;

    public SearchMeter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other hosts in the same process (tests) have meters of the same name.
            if (instrument.Name == Duration && instrument.Meter.Name == SearchTelemetry.Name
                && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Record(seconds, OutcomeOf(tags)));
        _listener.Start();
    }

    /// <summary>What was recorded since the last call.</summary>
    public SearchFigures Take()
    {
        lock (_lock)
        {
            var figures = new SearchFigures(_count, _failed, _latencies.Quantile(0.5), _latencies.Quantile(0.95));
            (_count, _failed) = (0, 0);
            _latencies.Clear();
            return figures;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Record(double seconds, string? outcome)
    {
        lock (_lock)
        {
            _count++;
            switch (outcome)
            {
                case "ok" or "partial":
                    _latencies.Add(seconds);
                    break;
                case "unavailable" or "error":
                    _failed++;
                    break;
            }
        }
    }

    private static string? OutcomeOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "outcome")
            {
                return value as string;
            }
        }

        return null;
    }
}
