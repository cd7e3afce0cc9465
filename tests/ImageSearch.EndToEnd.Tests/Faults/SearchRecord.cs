namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>One search of a <see cref="SteadySearches"/>.</summary>
/// <param name="Due">When it was to begin, from the start of the load.</param>
/// <param name="Milliseconds">From then to its answer.</param>
/// <param name="Failure">Why it failed; null when it was answered.</param>
/// <param name="Errors">What an answer in part says of the shards that are missing.</param>
internal sealed record SearchRecord(TimeSpan Due, double Milliseconds, string? Failure, IReadOnlyList<(int Shard, string Error)> Errors);
