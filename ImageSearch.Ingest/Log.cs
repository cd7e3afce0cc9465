using ImageSearch.Ingest.ImportJobs;

namespace ImageSearch.Ingest;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Rejected {Source}: {Reason}")]
    public static partial void FileRejected(ILogger logger, string source, string reason);

    [LoggerMessage(2, LogLevel.Information, "Import {Import} goes on at source {Position}.")]
    public static partial void ImportStarted(ILogger logger, string import, long position);

    [LoggerMessage(3, LogLevel.Information, "Import {Import}: {End}.")]
    public static partial void ImportEnded(ILogger logger, string import, ImportRunEnd end);

    [LoggerMessage(4, LogLevel.Debug, "Import {Import} rejected {Source}: {Reason}")]
    public static partial void ImportSourceRejected(ILogger logger, string import, string source, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Import {Import} could not take in {Source} and tries again.")]
    public static partial void ImportSourceRetried(ILogger logger, string import, string source, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "Import {Import} waits with {Source}: {Reason}")]
    public static partial void ImportSourceWaits(ILogger logger, string import, string source, string reason);

    [LoggerMessage(6, LogLevel.Error, "Import {Import} gives {Source} up.")]
    public static partial void ImportSourceFailed(ILogger logger, string import, string source, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "Imports cannot be worked on; looking again in {Pause}.")]
    public static partial void ImportsUnavailable(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "The backfill of {Model} failed and goes on at its next turn.")]
    public static partial void BackfillFailed(ILogger logger, string model, Exception exception);

    // Debug: the same pictures are handed over again for as long as they wait.
    [LoggerMessage(9, LogLevel.Debug, "Backfill handed {Count} pictures to {Model}.")]
    public static partial void Backfilled(ILogger logger, string model, int count);
}
