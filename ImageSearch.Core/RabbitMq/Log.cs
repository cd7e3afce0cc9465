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
}
