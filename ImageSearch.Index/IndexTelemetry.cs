using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>The index server's meter. Tags: model and shard, which are fixed per process.</summary>
internal sealed class IndexTelemetry
{
    public const string Name = "ImageSearch.Index";

    private readonly Histogram<double> _searchDuration;
    private readonly Counter<long> _changes;
    private readonly TagList _tags;

    public IndexTelemetry(IMeterFactory meters, IOptions<IndexOptions> options, IndexState state)
    {
        _tags = new TagList { { "model", options.Value.Model }, { "shard", options.Value.Shard } };
        var tags = _tags.ToArray();
        var meter = meters.Create(Name);
        _searchDuration = meter.CreateHistogram(
            "imagesearch.index.search.duration",
            "s",
            "Time of one search request in this shard.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] });
        _changes = meter.CreateCounter<long>("imagesearch.index.changes", description: "Changes applied from the store's feed.");
        meter.CreateObservableGauge(
            "imagesearch.index.vectors", () => new Measurement<long>(state.Index.Count, tags), description: "Vectors that a search sees.");
        meter.CreateObservableGauge(
            "imagesearch.index.memory", () => new Measurement<long>(state.Index.Memory.Total, tags), "By", "Memory of vectors and ids.");
        meter.CreateObservableGauge(
            "imagesearch.index.lag",
            () => state.Lag is { } lag ? [new Measurement<double>(lag.TotalSeconds, tags)] : (IEnumerable<Measurement<double>>)[],
            "s",
            "Time since the store was last seen with nothing left to read.");
    }

    public void Searched(TimeSpan duration) => _searchDuration.Record(duration.TotalSeconds, _tags);

    public void Applied(int changes) => _changes.Add(changes, _tags);
}
