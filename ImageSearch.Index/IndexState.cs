using ImageSearch.Index.Search;

namespace ImageSearch.Index;

/// <summary>What the follower writes and the API reads: the index that answers, and how far it is.</summary>
internal sealed class IndexState(IVectorIndex index, TimeProvider clock)
{
    private IVectorIndex _index = index;
    private bool _ready;
    private bool _full;
    private long _caughtUpAt; // UTC ticks on the store's clock, 0 before the first time

    /// <summary>Another one may take its place at any time: who searches takes it once.</summary>
    public IVectorIndex Index => Volatile.Read(ref _index);

    /// <summary>Caught up once: from then on the server answers, even while the store cannot be reached.</summary>
    public bool Ready => Volatile.Read(ref _ready);

    /// <summary>New pictures were refused for want of memory, and have not been taken since. The follower's to say.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref _full);
        set => Volatile.Write(ref _full, value);
    }

    public IndexStatus Status => !Ready ? IndexStatus.Loading : IsFull ? IndexStatus.Full : IndexStatus.Ready;

    /// <summary>Everything written to the store before this time is searchable. Stands still while the index is full.</summary>
    public DateTimeOffset? IndexedThrough =>
        Volatile.Read(ref _caughtUpAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public TimeSpan? Lag => IndexedThrough is { } through ? Max(clock.GetUtcNow() - through, TimeSpan.Zero) : null;

    /// <summary>Searches that begin from now on are answered by this one; others end where they began.</summary>
    public void Serve(IVectorIndex index) => Volatile.Write(ref _index, index);

    /// <param name="full">Something had to be left out.</param>
    public void CaughtUp(DateTimeOffset at, bool full = false)
    {
        if (!full)
        {
            Volatile.Write(ref _caughtUpAt, at.UtcTicks);
        }

        IsFull = full;
        Volatile.Write(ref _ready, true);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
