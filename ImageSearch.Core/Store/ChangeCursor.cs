namespace ImageSearch.Core.Store;

/// <summary>A position in a change feed: enough to go on from, in another process too. Only the store that gave it can read it.</summary>
/// <param name="Position">Null: the beginning.</param>
public readonly record struct ChangeCursor(string? Position);
