using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.RabbitMq;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to RabbitMQ at {Address} again.")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} Trying again until it works.")]
    public static partial void NotConnected(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to RabbitMQ at {Address} was lost: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ at {Address} takes no messages for now: {Reason}")]
    public static partial void Blocked(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "RabbitMQ at {Address} takes messages again.")]
    public static partial void Unblocked(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "RabbitMQ can be reached, but not made ready to {Purpose}; trying again.")]
    public static partial void NotPrepared(ILogger logger, string purpose, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue {Queue} exists with other arguments than configured and is used as it is; delete it to have it made anew. {Reason}")]
    public static partial void OtherArguments(ILogger logger, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message in {Queue} is no image id; it was dead-lettered.")]
    public static partial void Foreign(ILogger logger, string queue);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message =
            "RabbitMQ at {Address} did not take {Count} items: {Reason}. The backfill queues them later. Logged at most twice a minute.")]
    public static partial void NotQueued(ILogger logger, int count, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A dead letter could not be shown in {Queue}; the store has its reason.")]
    public static partial void DeadLetterNotShown(ILogger logger, string queue);

    [LoggerMessage(
        Level = LogLevel.Debug, Message = "Took {Count} messages that are dead letters no longer out of the dead-letter queue of {Model}.")]
    public static partial void Pruned(ILogger logger, int count, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Messages that are dead letters no longer could not be taken out of {Queue}; they mislead nobody but a person who looks.")]
    public static partial void NotPruned(ILogger logger, string queue, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Model {Model} is in RabbitMq:RemoveModels and declared: it was not removed. Take it out of the one or the other.")]
    public static partial void NotRemoved(ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed model {Model}: its queues, with its work and its dead letters.")]
    public static partial void Removed(ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} could not be removed, trying again in {Seconds} s: {Reason}")]
    public static partial void RemovalFailed(ILogger logger, string model, double seconds, string reason, Exception? exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Work that was not begun could not be given back while this process stopped; the broker brings it again and counts an attempt.")]
    public static partial void NotGivenBack(ILogger logger, Exception exception);
}
