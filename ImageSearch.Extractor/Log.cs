using ImageSearch.Core.Models;

namespace ImageSearch.Extractor;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} is loaded: dimension {Dimension}, {Seconds:F2} s.")]
    public static partial void ModelLoaded(ILogger logger, ModelKey model, int dimension, double seconds);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Model {Model} calculates in eight bits, and this processor has no instructions for that (AVX-512 VNNI, AVX-VNNI or Arm's dot products): "
            + "its vectors are as good, but take longer than they could.")]
    public static partial void ProcessorWithoutByteDotProducts(ILogger logger, ModelKey model);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Model '{Model}' cannot be used, this extractor stops: {Reason}")]
    public static partial void ModelUnusable(ILogger logger, string model, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The model '{Model}' waits, trying again every minute: {Reason}")]
    public static partial void ModelWaits(ILogger logger, string model, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching the {What} from {Host}.")]
    public static partial void ModelFileFetching(ILogger logger, string what, string host);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The {What} was fetched before.")]
    public static partial void ModelFileReused(ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Picture {Id} is embedded.")]
    public static partial void Embedded(ILogger logger, ImageId id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} pictures are embedded and stored.")]
    public static partial void BatchStored(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Work on picture {Id} failed.")]
    public static partial void ExtractionFailed(ILogger logger, ImageId id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Picture {Id} is tried again, attempt {Attempt} failed: {Reason}")]
    public static partial void Retried(ILogger logger, ImageId id, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Picture {Id} is given up after {Attempts} attempts: {Reason}")]
    public static partial void GivenUp(ILogger logger, ImageId id, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: {Count} pictures go back to the queue.")]
    public static partial void Returned(ILogger logger, int count);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The work queue or the store does not answer; trying again in {Seconds} s: {Reason}")]
    public static partial void BackendFailed(ILogger logger, double seconds, string reason, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} results could not be stored; the work comes back when its lease ends.")]
    public static partial void SettlingFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} results cannot be stored now; trying again in {Seconds} s: {Reason}")]
    public static partial void SettlingDelayed(ILogger logger, int count, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leases could not be renewed; another worker may repeat the work.")]
    public static partial void RenewalFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue's length could not be read.")]
    public static partial void CountFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "An inference of {Count} pictures failed.")]
    public static partial void InferenceFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Queries are taken from the queue {Queue}.")]
    public static partial void RpcListening(ILogger logger, string queue);

    [LoggerMessage(Message = "No queries are taken from the queue {Queue}, trying again until it works: {Reason}")]
    public static partial void RpcInterrupted(ILogger logger, LogLevel level, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A query's time was up before it was embedded.")]
    public static partial void QueryExpired(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A query goes back to the queue: {Reason}")]
    public static partial void QueryReturned(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A query could not be embedded.")]
    public static partial void QueryFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: {Count} queries are not finished and go back to the queue.")]
    public static partial void QueriesReturned(ILogger logger, int count);
}
