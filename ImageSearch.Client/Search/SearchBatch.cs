namespace ImageSearch.Client.Search;

/// <summary>Answers of several searches, in the order of the queries.</summary>
/// <param name="TookMs">All of them together: each shard is asked once.</param>
public sealed record SearchBatch(IReadOnlyList<SearchBatchAnswer> Answers, SearchTimes TookMs);
