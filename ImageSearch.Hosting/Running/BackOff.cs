namespace ImageSearch.Hosting.Running;

/// <summary>How long to wait before a crashed process is started again.</summary>
internal sealed class BackOff(RunningOptions options)
{
    private TimeSpan _next = options.BackOffFirst;

    public TimeSpan Next(TimeSpan uptime)
    {
        if (uptime >= options.StableAfter)
        {
            _next = options.BackOffFirst;
        }

        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, options.BackOffMaximum.Ticks));
        return delay;
    }
}
