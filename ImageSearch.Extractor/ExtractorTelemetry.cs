using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor;

/// <summary>The extractor's meter and activity source. Every measurement has the tag <c>model</c>, which is fixed per process.</summary>
internal sealed class ExtractorTelemetry
{
    public const string Name = "ImageSearch.Extractor";

    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _images;
    private readonly Counter<long> _expired;
    private readonly string _model;
    private long _waiting = -1;

    public ExtractorTelemetry(IMeterFactory meters, IOptions<ModelOptions> model)
    {
        _model = model.Value.Name;
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram(
            "imagesearch.embed.duration",
            "s",
            "Time from a picture's bytes to its vector: decoding, waiting for a batch, inference.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        _batchSize = meter.CreateHistogram(
            "imagesearch.embed.batch_size",
            description: "Pictures of one inference.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });
        _images = meter.CreateCounter<long>("imagesearch.images", description: "Pictures of the collection by what became of them.");
        // A series that begins above zero has no increase: an alert would miss the first.
        Settled("failed", 0);
        _expired = meter.CreateCounter<long>(
            "imagesearch.embed.expired", description: "Queries whose time was up before they were embedded.");
        meter.CreateObservableGauge("imagesearch.queue.depth", ObserveQueue, description: "Pictures that wait for the model.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public void Embedded(TimeSpan duration, EmbeddingPriority priority) => _duration.Record(
        duration.TotalSeconds, new("model", _model), new("source", priority == EmbeddingPriority.Query ? "query" : "ingest"));

    public void Inferred(int pictures) => _batchSize.Record(pictures, new KeyValuePair<string, object?>("model", _model));

    public void Settled(string outcome, int pictures) => _images.Add(pictures, new("model", _model), new("outcome", outcome));

    public void Expired() => _expired.Add(1, new KeyValuePair<string, object?>("model", _model));

    public void QueueHas(long waiting) => Interlocked.Exchange(ref _waiting, waiting);

    private IEnumerable<Measurement<long>> ObserveQueue()
    {
        var waiting = Interlocked.Read(ref _waiting);
        return waiting < 0 ? [] : [new Measurement<long>(waiting, new KeyValuePair<string, object?>("model", _model))];
    }
}
