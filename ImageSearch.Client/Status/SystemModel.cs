namespace ImageSearch.Client.Status;

/// <summary>A model: how much of the collection it covers, and its shards. Counts are null while they cannot be had.</summary>
/// <param name="Known">Pictures of the collection.</param>
/// <param name="Embedded">Those that have a vector.</param>
/// <param name="Failed">Those that the model has given up.</param>
/// <param name="Pending">Those that it has still to come to.</param>
/// <param name="Extractors">Those that the server has an address of; null: an older server does not tell.</param>
/// <param name="Error">Why the counts are missing; null when they are not.</param>
public sealed record SystemModel(
    string Name,
    string Version,
    double Weight,
    long? Known,
    long? Embedded,
    long? Failed,
    long? Pending,
    IReadOnlyList<SystemShard> Shards,
    string? Algorithm = null,
    string? Error = null,
    IReadOnlyList<SystemExtractor>? Extractors = null);
