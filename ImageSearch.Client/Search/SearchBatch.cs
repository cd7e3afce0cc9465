namespace ImageSearch.Client.Search;

/// <summary>Answers of several searches, in the order of the queries.</summary>
public sealed record SearchBatch(IReadOnlyList<SearchBatchAnswer> Answers, double TookMs);
