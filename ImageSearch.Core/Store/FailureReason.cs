namespace ImageSearch.Core.Store;

/// <summary>How many extractions failed with the same reason.</summary>
public sealed record FailureReason(string Reason, long Count);
