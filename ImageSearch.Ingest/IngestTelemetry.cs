using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageSearch.Ingest;

/// <summary>Metrics and activities of this service.</summary>
internal sealed class IngestTelemetry : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "ImageSearch.Ingest";

    private readonly Counter<long> _images;
    private readonly Counter<long> _imports;
    private readonly Counter<long> _importSources;
    private readonly Counter<long> _backfilled;
    private readonly Histogram<double> _fetches;

    public IngestTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _images = meter.CreateCounter<long>("imagesearch.images", "{image}", "Pictures that were uploaded or imported, by outcome.");
        _imports = meter.CreateCounter<long>("imagesearch.imports", "{import}", "Imports that were started, finished or interrupted.");
        _importSources = meter.CreateCounter<long>(
            "imagesearch.import.sources", "{source}", "Sources of imports that were settled, by kind and outcome.");
        _backfilled = meter.CreateCounter<long>(
            "imagesearch.backfill.published", "{image}", "Pictures that the backfill handed to a model's queue.");
        _fetches = meter.CreateHistogram(
            "imagesearch.fetch.duration", "s", "Time to fetch a URL, by outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
    }

    public ActivitySource Activities { get; } = new(Name);

    public void ImageSettled(UploadState outcome) => _images.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToWord()));

    public void ImportChanged(string outcome) => _imports.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void ImportSourceSettled(string kind, UploadState outcome) =>
        _importSources.Add(
            1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome.ToWord()));

    public void Backfilled(string model, int images) => _backfilled.Add(images, new KeyValuePair<string, object?>("model", model));

    public void Fetched(TimeSpan duration, string outcome) =>
        _fetches.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => Activities.Dispose();
}
