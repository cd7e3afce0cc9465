namespace ImageSearch.Index;

/// <summary>This part: snapshots and rebuilds.</summary>
internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Information,
        "Loaded {Count} vectors from the snapshot of {SavedAt:u} ({Kind}, {MiB} MiB) in {Elapsed}; what came since is read from the store")]
    public static partial void SnapshotLoaded(
        ILogger logger, long count, IndexKind kind, DateTimeOffset savedAt, long miB, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Information, "There is no snapshot: the index is built from the store")]
    public static partial void NoSnapshot(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The snapshot {File} cannot be used: {Reason}. The index is built from the store")]
    public static partial void SnapshotUnusable(ILogger logger, string file, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Information, "Saved a snapshot of {Count} vectors, {MiB} MiB, in {Elapsed}")]
    public static partial void SnapshotSaved(ILogger logger, long count, long miB, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Warning, "No snapshot can be saved, so the next start reads everything from the store; it is tried again every Index:SnapshotInterval: {Reason}")]
    public static partial void SnapshotNotSaved(ILogger logger, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Information, "Removed {Count} snapshots that were never finished")]
    public static partial void RemovedPartialSnapshots(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The store is not the one that this index was read from ({Reason}): the index is built from it again")]
    public static partial void StoreIsAnother(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Rebuilding the index beside the one that serves, from {From} to {To}, {Count} vectors")]
    public static partial void Rebuilding(ILogger logger, IndexKind from, IndexKind to, long count);

    [LoggerMessage(LogLevel.Information, "The rebuilt index serves: {Kind}, {Count} vectors, after {Elapsed}")]
    public static partial void Rebuilt(ILogger logger, IndexKind kind, long count, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Warning, "The index ought to be rebuilt as {Kind}, but another {Needed} MiB beside it would exceed Index:MemoryLimitMiB, {Limit}: raise it, or restart without the snapshot")]
    public static partial void RebuildDoesNotFit(ILogger logger, IndexKind kind, long needed, long limit);

    [LoggerMessage(
        LogLevel.Error,
        "The index could not be moved into memory or rebuilt; the one that answers goes on, and it is tried again in {Delay}")]
    public static partial void MaintenanceFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The memory limit is reached with {Count} vectors: new pictures are left out until there is room. Raise Index:MemoryLimitMiB, {Limit}, or use more shards")]
    public static partial void Full(ILogger logger, long count, long limit);

    [LoggerMessage(LogLevel.Information, "There is room again below the memory limit, and nothing is left out any more: {Count} vectors")]
    public static partial void FullNoMore(ILogger logger, long count);
}
