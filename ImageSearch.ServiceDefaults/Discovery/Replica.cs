namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>
/// What is known of a replica, in the order in which calls prefer them: several calls in a row were answered sooner by another (Slow), or
/// ran into long timeouts (Hung: it takes connections, as a stopped process does), or it cannot be reached (Down).
/// </summary>
internal enum ReplicaState
{
    Up,
    Slow,
    Hung,
    Down,
}

/// <summary>One endpoint of a service. The lock of <see cref="ServiceReplicas"/> guards it.</summary>
internal sealed class Replica(Uri address)
{
    public Uri Address { get; } = address;

    public ReplicaState State { get; set; }

    /// <summary>When one call may try a replica that is not up; the pause until then doubles each time.</summary>
    public (DateTimeOffset At, TimeSpan Pause) Retry { get; set; }

    /// <summary>Attempts since the last answer that were given up, and those of them that had waited long.</summary>
    public (int All, int Long) Timeouts { get; set; }

    /// <summary>A call is finding out whether it answers again.</summary>
    public bool IsProbed { get; set; }

    public bool IsWorthAProbe(DateTimeOffset now) => State != ReplicaState.Up && Retry.At <= now && !IsProbed;
}
