using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageSearch.Index.Quality;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>The index server's meter. Tags: model and shard, which are fixed per process, and what a part is a part of.</summary>
internal sealed class IndexTelemetry
{
    public const string Name = "ImageSearch.Index";

    private readonly Histogram<double> _searchDuration;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _restarts;
    private readonly TagList _tags;

    public IndexTelemetry(
        IMeterFactory meters, IOptions<IndexOptions> options, IndexState state, RecallWindow recall, RecallSampler sampler, EfTuner tuner)
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
        _restarts = meter.CreateCounter<long>(
            "imagesearch.index.restarts",
            description: "Times that the index was built anew from the store because the feed could not go on.");
        meter.CreateObservableGauge(
            "imagesearch.index.vectors", () => new Measurement<long>(state.Index.Count, tags), description: "Vectors that a search sees.");
        AddMemory(meter, state, options.Value, tags);
        meter.CreateObservableGauge(
            "imagesearch.index.lag",
            () => Measured(state.Lag?.TotalSeconds, tags),
            "s",
            "Time since the store was last seen with nothing left to read.");
        AddQuality(meter, recall, sampler, tags);
        if (options.Value.Algorithm == IndexAlgorithm.Hnsw)
        {
            meter.CreateObservableGauge(
                "imagesearch.index.ef", () => new Measurement<int>(tuner.Ef, tags),
                description: "Candidates that a search looks at when it does not say.");
        }
    }

    public void Searched(TimeSpan duration) => _searchDuration.Record(duration.TotalSeconds, _tags);

    public void Applied(int changes) => _changes.Add(changes, _tags);

    public void Restarted() => _restarts.Add(1, _tags);

    private static void AddMemory(Meter meter, IndexState state, IndexOptions options, KeyValuePair<string, object?>[] tags)
    {
        meter.CreateObservableGauge(
            "imagesearch.index.memory",
            () =>
            {
                var memory = state.Index.Memory;
                return (Measurement<long>[])
                [
                    Of("vectors", memory.Vectors), Of("codes", memory.Codes), Of("graph", memory.Graph), Of("directory", memory.Directory),
                    Of("mapped", memory.Mapped),
                    Of("scratch", memory.Scratch),
                ];
            },
            "By",
            "Memory of the index. What is mapped is in files, and the system may take its memory back; scratch is what searches work in.");
        if (options.MemoryLimit != long.MaxValue)
        {
            meter.CreateObservableGauge(
                "imagesearch.index.memory.limit",
                () => new Measurement<long>(options.MemoryLimit, tags),
                "By",
                "What all but mapped may reach.");
        }

        meter.CreateObservableGauge(
            "imagesearch.index.full", () => new Measurement<int>(state.IsFull ? 1 : 0, tags),
            description: "1 while new pictures are refused for want of memory.");

        Measurement<long> Of(string kind, long bytes) => new(bytes, [.. tags, new("kind", kind)]);
    }

    private static void AddQuality(Meter meter, RecallWindow recall, RecallSampler sampler, KeyValuePair<string, object?>[] tags)
    {
        meter.CreateObservableGauge(
            "imagesearch.index.recall", () => Measured(recall.Value, tags),
            description: "Of the true results of the last searches that were replayed, the share that they had.");
        meter.CreateObservableCounter(
            "imagesearch.index.recall.samples",
            () => (Measurement<long>[])
            [
                new(recall.Samples, [.. tags, new("outcome", "replayed")]), new(sampler.Dropped, [.. tags, new("outcome", "dropped")]),
            ],
            description: "Searches that were drawn to be replayed exactly; dropped are those that were drawn while another was replayed.");
    }

    private static Measurement<double>[] Measured(double? value, KeyValuePair<string, object?>[] tags) =>
        value is { } known ? [new(known, tags)] : [];
}
