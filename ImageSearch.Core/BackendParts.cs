namespace ImageSearch.Core;

/// <summary>What of the backend a service uses: it is not kept from starting by settings that it has no use for.</summary>
[Flags]
public enum BackendParts
{
    /// <summary>Records, vectors, the change feed, imports.</summary>
    Store = 1,

    Queue = 2,

    Blobs = 4,

    /// <summary>Looking after dead letters and removing models that the operator names: one service does it.</summary>
    QueueUpkeep = 8,

    All = Store | Queue | Blobs,
}
