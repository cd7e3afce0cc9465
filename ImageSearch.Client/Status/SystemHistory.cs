namespace ImageSearch.Client.Status;

/// <summary>The last minutes, oldest first, one value a step; null where nothing was measured.</summary>
/// <param name="SearchRate">Searches a second.</param>
/// <param name="SearchP50">Milliseconds.</param>
/// <param name="SearchP95">Milliseconds.</param>
/// <param name="ExtractionRate">Pictures a second.</param>
public sealed record SystemHistory(
    double StepSeconds,
    IReadOnlyList<double?> SearchRate,
    IReadOnlyList<double?> SearchP50,
    IReadOnlyList<double?> SearchP95,
    IReadOnlyList<double?> ExtractionRate);
