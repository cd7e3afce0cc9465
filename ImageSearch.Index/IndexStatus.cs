namespace ImageSearch.Index;

/// <summary>What an index server can do.</summary>
public enum IndexStatus
{
    /// <summary>It has not caught up with the store since it started, and answers no searches.</summary>
    Loading,

    /// <summary>It answers, and follows the store.</summary>
    Ready,

    /// <summary>
    /// It answers, and follows deletions and changes, but new pictures have no room: <see cref="IndexOptions.MemoryLimitMiB"/> is reached.
    /// </summary>
    Full,
}
