namespace ImageSearch.Core.Queue;

/// <summary>A picture that is to be embedded for a model.</summary>
/// <param name="WasDead">It lay as a dead letter and starts anew.</param>
internal readonly record struct LedgerEntry(string Model, WorkItem Item, bool WasDead = false);
