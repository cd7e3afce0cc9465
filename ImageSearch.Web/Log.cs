using ImageSearch.Web.Peers.Rpc;

namespace ImageSearch.Web;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The extractor of model {Model} gave no embedding for a query")]
    public static partial void ExtractorFailed(ILogger logger, string model, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard} of model {Model} did not answer a search")]
    public static partial void ShardFailed(ILogger logger, string model, int shard, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Shard {Shard} of model {Model} gave no statistics")]
    public static partial void StatsFailed(ILogger logger, string model, int shard, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Ingest did not answer")]
    public static partial void IngestFailed(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Deleted {Id}")]
    public static partial void ImageDeleted(ILogger logger, string id);

    [LoggerMessage(6, LogLevel.Information, "Put {Count} failed extractions back to work")]
    public static partial void FailuresRetried(ILogger logger, int count);

    [LoggerMessage(7, LogLevel.Warning, "The content of {Id} is not in the blob store although its record is")]
    public static partial void ContentMissing(ILogger logger, string id);

    [LoggerMessage(8, LogLevel.Warning, "Model {Model} could not answer a search: {Problem}")]
    public static partial void ModelFailed(ILogger logger, string model, string problem);

    [LoggerMessage(9, LogLevel.Warning, "The records of found pictures could not be read, searches do without for {Seconds} s: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, double seconds, string reason);

    [LoggerMessage(10, LogLevel.Warning, "Queries of model {Model} go to its extractors over HTTP for now: {Failure}")]
    public static partial void DetourTaken(ILogger logger, string model, RpcFailure failure);

    [LoggerMessage(11, LogLevel.Information, "Queries of model {Model} go over RabbitMQ again")]
    public static partial void DetourEnded(ILogger logger, string model);

    [LoggerMessage(12, LogLevel.Information, "Queries can go over RabbitMQ")]
    public static partial void RpcReady(ILogger logger);

    [LoggerMessage(EventId = 13, Message = "No query can go over RabbitMQ, trying again until it works: {Reason}")]
    public static partial void RpcInterrupted(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(20, LogLevel.Information, "Discarded {Count} pictures that had failed")]
    public static partial void FailuresDiscarded(ILogger logger, int count);

    [LoggerMessage(21, LogLevel.Debug, "A stream of events waits: {Reason}")]
    public static partial void EventsDelayed(ILogger logger, string reason);

    [LoggerMessage(30, LogLevel.Warning, "Shard {Shard} of model {Model} did not tell how alike its pictures are: it {Reason}")]
    public static partial void CalibrationFailed(ILogger logger, string model, int shard, string reason);

    [LoggerMessage(31, LogLevel.Warning, "The vectors of found pictures could not be read, near-duplicates are not folded: {Reason}")]
    public static partial void NotGrouped(ILogger logger, string reason);
}
