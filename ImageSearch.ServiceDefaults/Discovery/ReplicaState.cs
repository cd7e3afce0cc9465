namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>What is known of a replica, in the order in which calls prefer them.</summary>
internal enum ReplicaState
{
    Up,

    /// <summary>Several calls in a row were answered sooner by another.</summary>
    Slow,

    /// <summary>Several calls in a row waited long and in vain; it takes connections, as a stopped process does.</summary>
    Hung,

    /// <summary>It cannot be reached.</summary>
    Down,
}
