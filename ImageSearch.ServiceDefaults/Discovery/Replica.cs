namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>One endpoint of a service. Whoever changes it holds the lock of <see cref="ServiceReplicas"/>.</summary>
internal sealed class Replica(Uri address)
{
    public Uri Address { get; } = address;

    public ReplicaState State { get; set; }

    /// <summary>From when on one that is not up is tried again, by one call.</summary>
    public DateTimeOffset RetryAt { get; set; }

    public TimeSpan Pause { get; set; }

    /// <summary>Attempts since the last answer that were given up.</summary>
    public int Unanswered { get; set; }

    /// <summary>Those of them that had waited long.</summary>
    public int InVain { get; set; }

    /// <summary>A call is finding out whether it answers again; the others wait for the outcome elsewhere.</summary>
    public bool IsProbed { get; set; }

    public bool IsWorthAProbe(DateTimeOffset now) => State != ReplicaState.Up && RetryAt <= now && !IsProbed;
}
