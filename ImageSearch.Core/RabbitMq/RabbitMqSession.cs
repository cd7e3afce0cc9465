using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>One connection and its channel, until either closes. What belongs to a session, such as delivery tags, ends with it.</summary>
internal sealed class RabbitMqSession(IConnection connection, IChannel channel)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IConnection Connection => connection;

    public IChannel Channel => channel;

    public bool IsOpen => channel.IsOpen && !_ended.Task.IsCompleted;

    /// <summary>Completes when the channel is closed, or is no longer good for anything.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();

    /// <summary>Acknowledges a delivery of this session; when it has ended the broker has taken it back already.</summary>
    public async Task AcknowledgeAsync(ulong tag)
    {
        try
        {
            if (IsOpen)
            {
                await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None);
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
        }
    }

    /// <returns>Whether this is what operations throw when the connection or channel has gone.</returns>
    public static bool IsLoss(Exception exception) =>
        exception is OperationInterruptedException or IOException or ObjectDisposedException or TimeoutException or System.Net.Sockets.SocketException;
}
