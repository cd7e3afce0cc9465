namespace ImageSearch.Index;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Caught up: model {Model}, shard {Shard} of {Shards}, {Count} vectors loaded in {Elapsed}")]
    public static partial void Loaded(ILogger logger, string model, int shard, int shards, long count, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Debug, "Applied {Changes} changes: {Count} vectors")]
    public static partial void Applied(ILogger logger, int changes, long count);

    [LoggerMessage(LogLevel.Warning, "The store cannot be read; searches go on from memory, next attempt in {Delay}: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, TimeSpan delay, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "A search could not be replayed to measure the recall; the next is tried in a while")]
    public static partial void ReplayFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "How alike the pictures are to each other could not be measured; the next attempt follows in a while")]
    public static partial void ScoresFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Count} vectors were left out: they are not {Dimension} finite numbers with a length. Was the model changed without a new version?")]
    public static partial void Misshapen(ILogger logger, int count, int dimension);
}
