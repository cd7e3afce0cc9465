namespace ImageSearch.Core.Store;

/// <summary>A piece of the change feed.</summary>
/// <param name="Changes">In the order in which they are to be applied.</param>
/// <param name="Next">Where a reader goes on that has applied them.</param>
/// <param name="CaughtUp">Nothing followed this page when it was read.</param>
/// <param name="ReadAt">The store's clock before the page was read: caught up, everything written before it is included.</param>
public sealed record ChangePage(IReadOnlyList<VectorChange> Changes, ChangeCursor Next, bool CaughtUp, DateTimeOffset ReadAt)
{
    /// <summary>Why the feed cannot go on from where the reader was, and begins anew with the next page; null when it goes on.</summary>
    public string? Restart { get; init; }
}
