namespace ImageSearch.Client.Status;

/// <summary>The last minutes, oldest first, one value a step; null where nothing is known.</summary>
/// <param name="Steps">Steps that the history can have.</param>
/// <param name="SearchRate">Searches a second.</param>
/// <param name="SearchFailureRate">Those of them that could not be answered, by no fault of the client.</param>
/// <param name="SearchP50">Milliseconds.</param>
/// <param name="SearchP95">Milliseconds.</param>
/// <param name="ExtractionRate">Vectors stored a second, all models together.</param>
/// <param name="QueueDepth">Pictures waiting, all models together.</param>
public sealed record SystemHistory(
    double StepSeconds,
    IReadOnlyList<double?> SearchRate,
    IReadOnlyList<double?> SearchP50,
    IReadOnlyList<double?> SearchP95,
    IReadOnlyList<double?> ExtractionRate,
    int? Steps = null,
    IReadOnlyList<double?>? SearchFailureRate = null,
    IReadOnlyList<double?>? QueueDepth = null);
