namespace ImageSearch.Core.Store;

/// <summary>A position in a change feed, meaningful to the store that gave it; <c>default</c> is the beginning.</summary>
public readonly record struct ChangeCursor(long Position);
