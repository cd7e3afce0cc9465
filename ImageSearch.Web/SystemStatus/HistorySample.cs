namespace ImageSearch.Web.SystemStatus;

/// <summary>One step of the history. Null: not known, or nothing happened that could be measured.</summary>
/// <param name="SearchP50">Milliseconds, as all durations in answers.</param>
internal readonly record struct HistorySample(
    double SearchRate, double SearchFailureRate, double? SearchP50, double? SearchP95, double? ExtractionRate, double? QueueDepth);
