namespace ImageSearch.Web.SystemStatus;

/// <summary>The searches that ended since the last look.</summary>
/// <param name="Count">All of them.</param>
/// <param name="Failed">Those that could not be answered, by no fault of the client.</param>
/// <param name="P50">Median of those that were answered, in seconds; null when none was.</param>
internal readonly record struct SearchFigures(long Count, long Failed, double? P50, double? P95);
