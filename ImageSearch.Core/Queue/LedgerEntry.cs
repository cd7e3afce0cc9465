namespace ImageSearch.Core.Queue;

/// <summary>A picture that is to be embedded for a model.</summary>
internal readonly record struct LedgerEntry(string Model, WorkItem Item);
