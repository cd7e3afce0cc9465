using ImageSearch.Index.Search;

namespace ImageSearch.Index;

/// <summary>What the follower writes and the API reads: the index, and how far it is.</summary>
internal sealed class IndexState(IVectorIndex index, TimeProvider clock)
{
    private long _caughtUpAt; // UTC ticks on the store's clock, 0 before the first time

    public IVectorIndex Index { get; } = index;

    /// <summary>Caught up once: from then on the server answers, even while the store cannot be reached.</summary>
    public bool Ready => Volatile.Read(ref _caughtUpAt) != 0;

    /// <summary>New pictures were refused for want of memory, and have not been taken since. The follower's to say.</summary>
    public bool IsFull { get; set; }

    public IndexStatus Status => !Ready ? IndexStatus.Loading : IsFull ? IndexStatus.Full : IndexStatus.Ready;

    /// <summary>Everything written to the store before this time is searchable.</summary>
    public DateTimeOffset? IndexedThrough => Volatile.Read(ref _caughtUpAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public TimeSpan? Lag => IndexedThrough is { } through ? Max(clock.GetUtcNow() - through, TimeSpan.Zero) : null;

    public void CaughtUp(DateTimeOffset at) => Volatile.Write(ref _caughtUpAt, at.UtcTicks);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
