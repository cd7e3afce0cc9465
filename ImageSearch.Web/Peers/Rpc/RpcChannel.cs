using System.Collections.Concurrent;
using System.Globalization;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Rpc;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>
/// Sends requests and takes their replies, on a connection of its own, for any number of callers at once.
/// <code>
/// CallAsync -> publish, mandatory and confirmed -> queue -> extractor
///     ^  returned: nobody listens; refused: busy                 |
///     +---- reply with the correlation id &lt;- amq.rabbitmq.reply-to
/// </code>
/// The replies come by the broker's direct reply-to: they pass through no queue, so nothing is declared or left over when either side
/// goes. They reach this channel alone; when it breaks every caller is told, and asks again in another way.
/// </summary>
internal sealed class RpcChannel : IAsyncDisposable
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<RpcReply>> _waiting = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IConnection _connection;
    private readonly ListenerCheck _listeners;
    private IChannel _channel = null!;
    private volatile bool _blocked;
    private long _last;

    private RpcChannel(IConnection connection)
    {
        _connection = connection;
        _listeners = new ListenerCheck(connection);
        connection.ConnectionBlockedAsync += (_, _) => SetBlocked(true);
        connection.ConnectionUnblockedAsync += (_, _) => SetBlocked(false);
        connection.ConnectionShutdownAsync += (_, shutdown) => CloseAsync(shutdown.ReplyText);
    }

    /// <summary>Completes with the reason when it can no longer be used.</summary>
    public Task<string> Closed => _closed.Task;

    public static async Task<RpcChannel> OpenAsync(RabbitMqConnection broker, CancellationToken cancellationToken)
    {
        var rpc = new RpcChannel(await broker.OpenAsync("queries", cancellationToken));
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(OpenDeadline);
            await rpc.StartAsync(deadline.Token);
            return rpc;
        }
        catch
        {
            await rpc.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="RpcException">The request did not get through.</exception>
    /// <exception cref="OperationCanceledException">No reply came in time; one that comes later is thrown away.</exception>
    public async Task<RpcReply> CallAsync(
        string queue, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_blocked)
        {
            throw new RpcException(RpcFailure.Blocked);
        }

        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var reply = new TaskCompletionSource<RpcReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        properties.CorrelationId = id;
        properties.ReplyTo = EmbedRpc.ReplyTo;
        _waiting[id] = reply;
        try
        {
            if (_closed.Task.IsCompleted)
            {
                throw new RpcException(RpcFailure.ConnectionLost);
            }

            // Not awaited: the reply is what counts, and may be here before the confirmation.
            _ = PublishAsync(queue, properties, body, reply);
            return await WaitAsync(queue, reply.Task, cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync("It is no longer needed.");
        await RabbitMqConnection.CloseAsync(_connection);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        _channel.ChannelShutdownAsync += (_, shutdown) => CloseAsync(shutdown.ReplyText);
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += OnReplyAsync;
        await _channel.BasicConsumeAsync(EmbedRpc.ReplyTo, autoAck: true, consumer, cancellationToken);
    }

    /// <summary>Waits for the reply, and looks from time to time whether there is still anyone who could give one.</summary>
    private async Task<RpcReply> WaitAsync(string queue, Task<RpcReply> reply, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await reply.WaitAsync(ListenerCheck.Interval, cancellationToken);
            }
            catch (TimeoutException)
            {
                switch (await _listeners.AskAsync(queue).WaitAsync(cancellationToken))
                {
                    case null:
                        // Neither a reply nor the broker's answer: the connection is dead, though nobody has said so yet.
                        await CloseAsync("The broker does not answer.");
                        throw new RpcException(RpcFailure.ConnectionLost);
                    case 0 when !reply.IsCompleted:
                        throw new RpcException(RpcFailure.NobodyListens);
                }
            }
        }
    }

    private async Task PublishAsync(
        string queue, BasicProperties properties, ReadOnlyMemory<byte> body, TaskCompletionSource<RpcReply> reply)
    {
        try
        {
            await _channel.BasicPublishAsync("", queue, mandatory: true, properties, body, CancellationToken.None);
        }
        catch (PublishException e)
        {
            reply.TrySetException(new RpcException(e.IsReturn ? RpcFailure.NobodyListens : RpcFailure.Busy, e));
        }
        catch (Exception e)
        {
            reply.TrySetException(new RpcException(RpcFailure.ConnectionLost, e));
        }
    }

    private Task OnReplyAsync(object sender, BasicDeliverEventArgs delivery)
    {
        if (delivery.BasicProperties.CorrelationId is { } id && _waiting.TryRemove(id, out var reply))
        {
            // The memory is the client library's again when this returns.
            reply.TrySetResult(new RpcReply(delivery.Body.ToArray(), delivery.BasicProperties.ContentType));
        }

        return Task.CompletedTask;
    }

    private Task SetBlocked(bool blocked)
    {
        _blocked = blocked;
        return blocked ? FailAsync(RpcFailure.Blocked) : Task.CompletedTask;
    }

    private Task CloseAsync(string reason)
    {
        _closed.TrySetResult(reason);
        return FailAsync(RpcFailure.ConnectionLost);
    }

    private Task FailAsync(RpcFailure failure)
    {
        foreach (var reply in _waiting.Values)
        {
            reply.TrySetException(new RpcException(failure));
        }

        return Task.CompletedTask;
    }
}
