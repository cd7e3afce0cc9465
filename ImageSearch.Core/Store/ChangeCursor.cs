namespace ImageSearch.Core.Store;

/// <summary>A position in a change feed, meaningful to the store that gave it; <c>default</c> is the beginning.</summary>
/// <param name="Position">Enough to go on from, in another process too: nothing is missed, at most some changes repeat.</param>
/// <param name="Memory">What the store remembers beyond the position, so that less is repeated; null after the position alone was kept.</param>
public readonly record struct ChangeCursor(long Position, object? Memory = null);
