using System.ComponentModel;

namespace ImageSearch.Web.SystemStatus;

/// <summary>The last minutes, oldest first, one entry a step; null where nothing is known.</summary>
public sealed record HistoryReport(
    double StepSeconds,
    [property: Description("Steps that the history can have; it has fewer after a start.")] int Steps,
    [property: Description("Searches per second that this web server ended.")] IReadOnlyList<double> SearchRate,
    [property: Description("Those of them that could not be answered, by no fault of the client.")] IReadOnlyList<double> SearchFailureRate,
    [property: Description("Median of the answered ones in milliseconds.")] IReadOnlyList<double?> SearchP50,
    [property: Description("In milliseconds.")] IReadOnlyList<double?> SearchP95,
    [property: Description("Vectors stored per second, all models together.")] IReadOnlyList<double?> ExtractionRate,
    [property: Description("Pictures waiting, all models together.")] IReadOnlyList<double?> QueueDepth)
{
    internal static HistoryReport Of(HistorySample[] samples, SystemOptions options) => new(
        options.Interval.TotalSeconds,
        options.Steps,
        [.. samples.Select(sample => sample.SearchRate)],
        [.. samples.Select(sample => sample.SearchFailureRate)],
        [.. samples.Select(sample => sample.SearchP50)],
        [.. samples.Select(sample => sample.SearchP95)],
        [.. samples.Select(sample => sample.ExtractionRate)],
        [.. samples.Select(sample => sample.QueueDepth)]);
}
