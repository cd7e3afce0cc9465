using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageSearch.Web.Search;

/// <summary>What searches report: <c>imagesearch.search.duration</c> and one activity per search with its steps below it.</summary>
internal sealed class SearchTelemetry
{
    public const string Name = "ImageSearch.Web";

    public static readonly ActivitySource Source = new(Name);

    private readonly Histogram<double> _duration;

    public SearchTelemetry(IMeterFactory meters) => _duration = meters.Create(Name).CreateHistogram(
        "imagesearch.search.duration",
        unit: "s",
        description: "Duration of searches, from the parsed request to the answer.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
        });

    /// <param name="model">A declared model's name, so that the number of series is bounded.</param>
    /// <param name="outcome"><c>ok</c>, <c>partial</c>, <c>refused</c> (the client's fault), <c>unavailable</c> or <c>error</c>.</param>
    public void Record(TimeSpan duration, string model, string outcome) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("outcome", outcome));
}
