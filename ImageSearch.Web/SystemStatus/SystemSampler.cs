using ImageSearch.Core.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>
/// Looks at the system every few seconds and keeps the last minutes. Whoever asks is told of the last look: what a page costs the store and
/// the index servers does not depend on how many people have it open.
/// </summary>
internal sealed class SystemSampler(
    SearchMeter searches, SystemReader reader, IOptions<ModelRoutes> models, IOptions<SystemOptions> options,
    TimeProvider time) : BackgroundService
{
    private readonly HistoryRing _history = new(options.Value.Steps);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _instance = $"{Environment.MachineName}:{Environment.ProcessId}";
    private volatile SystemReading? _latest;
    private long _lastSample;
    private double? _extractionRate;

    /// <summary>The last look; right after the start, the first one, which a deadline bounds.</summary>
    public async Task<SystemReport> ReportAsync(CancellationToken cancellationToken)
    {
        await _first.Task.WaitAsync(cancellationToken);
        var reading = _latest!;
        return new SystemReport(
            reading.At,
            _instance,
            [.. models.Value.Select((model, i) => ReportOf(model, i, reading))],
            [.. models.Value.Select(
                (model, i) => new QueueReport(model.Name, reading.Queues[i]?.Waiting, reading.Queues[i]?.Leased, reading.Queues[i]?.Dead))],
            History(_history.ToArray(), options.Value));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _lastSample = time.GetTimestamp();
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            var reading = await reader.ReadAsync(stoppingToken);
            if (_latest is { } before)
            {
                _history.Add(SampleOf(before, reading));
            }

            _latest = reading;
            _first.TrySetResult();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private HistorySample SampleOf(SystemReading before, SystemReading now)
    {
        var figures = searches.Take();
        var elapsed = time.GetElapsedTime(_lastSample).TotalSeconds;
        _lastSample = time.GetTimestamp();
        _extractionRate = ExtractionRate(before.Counts, now.Counts);
        return new HistorySample(
            Round(figures.Count / elapsed), Round(figures.Failed / elapsed), Round(figures.P50 * 1000), Round(figures.P95 * 1000),
            _extractionRate, now.QueueDepth);
    }

    private double? ExtractionRate(StoreCounts? before, StoreCounts? now)
    {
        if (before is null || now is null)
        {
            return null;
        }

        // Not counted anew: as before. Deletions are no negative work.
        return now.At == before.At
            ? _extractionRate
            : Round(Math.Max(0, now.Embedded - before.Embedded) / time.GetElapsedTime(before.At, now.At).TotalSeconds);
    }

    private static ModelReport ReportOf(ModelRoute model, int i, SystemReading reading)
    {
        var counts = reading.Counts?.Models[i];
        var known = reading.Counts?.Known;
        // Counted one after the other while pictures come and go: never below nothing.
        var pending = known - counts?.Indexed - counts?.Failed is { } rest ? Math.Max(0, rest) : (long?)null;
        return new ModelReport(
            model.Name, model.Version, model.Weight, model.Algorithm, known, counts?.Indexed, counts?.Failed, pending, reading.Shards[i],
            reading.Extractors[i],
            counts is null ? "The store of records does not answer." : null);
    }

    private static HistoryReport History(HistorySample[] samples, SystemOptions options) => new(
        options.Interval.TotalSeconds,
        options.Steps,
        [.. samples.Select(sample => sample.SearchRate)],
        [.. samples.Select(sample => sample.SearchFailureRate)],
        [.. samples.Select(sample => sample.SearchP50)],
        [.. samples.Select(sample => sample.SearchP95)],
        [.. samples.Select(sample => sample.ExtractionRate)],
        [.. samples.Select(sample => sample.QueueDepth)]);

    private static double Round(double value) => Math.Round(value, 3);

    private static double? Round(double? value) => value is { } number ? Round(number) : null;
}
