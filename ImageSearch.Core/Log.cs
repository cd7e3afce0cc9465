using Microsoft.Extensions.Logging;

namespace ImageSearch.Core;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} half-written blobs of processes that were killed.")]
    public static partial void LeftoversRemoved(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Half-written blobs could not be removed; trying again in an hour.")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} ({Others} more failures of this kind in the last minute.)")]
    public static partial void StorageFailed(ILogger logger, string reason, int others);

    [LoggerMessage(Level = LogLevel.Information, Message = "The data directory can be written to again.")]
    public static partial void StorageWorks(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be answered: {Reason}")]
    public static partial void BackendUnavailable(ILogger logger, string path, string reason);
}
