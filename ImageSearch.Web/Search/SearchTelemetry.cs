using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageSearch.Web.Search;

/// <summary>
/// What searches report: <c>imagesearch.search.duration</c>, <c>imagesearch.search.embed.duration</c>, and one activity per search with its
/// steps below it.
/// </summary>
internal sealed class SearchTelemetry
{
    public const string Name = "ImageSearch.Web";

    public static readonly ActivitySource Source = new(Name);

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _embedDuration;

    public SearchTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram(
            "imagesearch.search.duration", unit: "s", description: "Duration of searches, from the parsed request to the answer.",
            advice: Seconds);
        _embedDuration = meter.CreateHistogram(
            "imagesearch.search.embed.duration", unit: "s", description: "How long searches wait for an extractor to embed their picture.",
            advice: Seconds);
    }

    /// <param name="model">A declared model's name, so that the number of series is bounded.</param>
    /// <param name="outcome"><c>ok</c>, <c>partial</c>, <c>refused</c> (the client's fault), <c>unavailable</c> or <c>error</c>.</param>
    public void Record(TimeSpan duration, string model, string outcome) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="transport"><c>http</c> or <c>rpc</c>.</param>
    /// <param name="outcome"><c>ok</c>, <c>refused</c> (the picture's fault), <c>undelivered</c> (the broker's) or <c>error</c>.</param>
    public void RecordEmbedding(TimeSpan duration, string model, string transport, string outcome) => _embedDuration.Record(
        duration.TotalSeconds, new("model", model), new("transport", transport), new("outcome", outcome));
}
