namespace ImageSearch.Hosting.Running;

internal sealed record RunningOptions
{
    /// <summary>Wait before the first restart of a crashed process; doubles up to <see cref="BackOffMaximum"/>.</summary>
    public TimeSpan BackOffFirst { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan BackOffMaximum { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A process that ran this long starts the back-off anew.</summary>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between the first health checks of an instance that is not healthy; doubles up to <see cref="ProbeUnhealthyAtMost"/>.</summary>
    public TimeSpan ProbeUnhealthyEvery { get; set; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ProbeUnhealthyAtMost { get; set; } = TimeSpan.FromSeconds(2);

    public TimeSpan ProbeHealthyEvery { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Lines kept per replica for the dashboard.</summary>
    public int LogLines { get; set; } = 10_000;

    /// <summary>Ignore fixed ports, so that tests do not meet each other.</summary>
    public bool RandomizePorts { get; set; }
}
