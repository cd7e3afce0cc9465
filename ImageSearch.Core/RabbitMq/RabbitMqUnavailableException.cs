using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// The broker cannot be reached, or does not let this process in; the message says which, and where, and holds no password.
/// </summary>
public sealed class RabbitMqUnavailableException(string message, Exception? cause) : BrokerUnreachableException(cause!)
{
    public override string Message { get; } = message;
}
