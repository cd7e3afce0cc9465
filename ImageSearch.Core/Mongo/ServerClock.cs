namespace ImageSearch.Core.Mongo;

/// <summary>
/// The server's time, read without asking it: this process's monotonic clock and how far the server's was from it when it last answered.
/// So leases that many machines take are measured by one clock. Until the server has answered once it is this machine's time.
/// </summary>
internal sealed class ServerClock(TimeProvider local) : TimeProvider
{
    /// <summary>
    /// Processes differ by less in what they take for the server's time. What was written later than this from now was written before the
    /// server's clock was set back: nobody waits for its end.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly long _started = local.GetTimestamp();
    private readonly DateTimeOffset _startedAt = local.GetUtcNow();
    private long _offset;

    public override long TimestampFrequency => local.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => local.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => Unadjusted(local.GetTimestamp()).AddTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => local.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        local.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes over what the server said between two timestamps: it said it in the middle, as far as anybody knows.</summary>
    public void Adjust(long asked, long answered, DateTimeOffset serverTime)
    {
        var middle = Unadjusted(asked + ((answered - asked) / 2));
        Interlocked.Exchange(ref _offset, (serverTime - middle).Ticks);
    }

    private DateTimeOffset Unadjusted(long timestamp) => _startedAt + local.GetElapsedTime(_started, timestamp);
}
