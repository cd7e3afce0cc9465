namespace ImageSearch.AppHost;

/// <summary>
/// How long a process that ended waits before it is started again: 1 s, 2 s, 4 s … 30 s. A minute of running resets that.
/// </summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;

    /// <param name="ran">How long the process ran before it ended.</param>
    public TimeSpan Next(TimeSpan ran)
    {
        var delay = ran >= Steady ? First : _next;
        _next = delay * 2 > Longest ? Longest : delay * 2;
        return delay;
    }
}
