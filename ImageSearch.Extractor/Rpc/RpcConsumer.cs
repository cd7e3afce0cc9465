using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Rpc;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Extractor.Rpc;

/// <summary>
/// Takes queries from the model's queue while its connection lasts. A request is acknowledged after its reply: when this process dies, the
/// broker gives what it had in work to another replica, as long as its time lasts.
/// </summary>
internal sealed class RpcConsumer : IAsyncDisposable
{
    /// <summary>What is in work when the extractor stops has this long; a query that takes longer is done by another replica.</summary>
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly IConnection _connection;
    private readonly RpcResponder _responder;
    private readonly ILogger _logger;
    private IChannel _channel = null!;
    private string _tag = "";
    private volatile bool _stopping;
    private int _inWork = 1; // one for taking more

    private RpcConsumer(IConnection connection, RpcResponder responder, ILogger logger)
    {
        _connection = connection;
        _responder = responder;
        _logger = logger;
    }

    /// <summary>Completes with the reason when no more queries come.</summary>
    public Task<string> Closed => _closed.Task;

    /// <param name="capacity">Queries in work at a time.</param>
    public static async Task<RpcConsumer> OpenAsync(
        RabbitMqConnection broker, string queue, ushort capacity, RpcResponder responder, ILogger logger,
        CancellationToken cancellationToken)
    {
        // A connection of its own: it is declared and consumed anew after a loss, and ingest work is not held up by replies.
        var consumer = new RpcConsumer(await broker.OpenAsync("queries", cancellationToken), responder, logger);
        try
        {
            await consumer.StartAsync(queue, capacity, cancellationToken);
            return consumer;
        }
        catch
        {
            await consumer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more, finishes what is in work, and gives the rest back.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await DrainAsync();
        await _abandoned.CancelAsync();
        await RabbitMqConnection.CloseAsync(_connection);
    }

    private async Task StartAsync(string queue, ushort capacity, CancellationToken cancellationToken)
    {
        // As many handlers as there are queries in work: each has the message's memory while it runs, and nothing is copied.
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(false, false, consumerDispatchConcurrency: capacity), cancellationToken);
        _channel.ChannelShutdownAsync += (_, shutdown) => CloseAsync(shutdown.ReplyText);
        await _channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, EmbedRpc.QueueArguments, cancellationToken: cancellationToken);
        await _channel.BasicQosAsync(0, capacity, global: false, cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += OnReceivedAsync;
        consumer.UnregisteredAsync += (_, _) => CloseAsync("The queue was deleted.");
        _tag = await _channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);
    }

    private async Task CloseAsync(string reason)
    {
        if (_closed.TrySetResult(reason) && !_stopping)
        {
            // What is in work is another replica's by now.
            await _abandoned.CancelAsync();
        }
    }

    private async Task OnReceivedAsync(object sender, BasicDeliverEventArgs delivery)
    {
        if (_stopping)
        {
            return; // not acknowledged, so it goes back
        }

        Interlocked.Increment(ref _inWork);
        try
        {
            var reply = await _responder.AnswerAsync(EmbedRequest.Read(delivery.BasicProperties, delivery.Body), _abandoned.Token);
            await SettleAsync(delivery, reply);
        }
        catch (Exception e)
        {
            // The message's boundary. What is not acknowledged goes back when the channel closes, which is why this could not be settled.
            Log.QueryReturned(_logger, e.Message);
        }
        finally
        {
            Leave();
        }
    }

    private async Task SettleAsync(BasicDeliverEventArgs delivery, RpcReply? reply)
    {
        var request = delivery.BasicProperties;
        await _sending.WaitAsync(_abandoned.Token);
        try
        {
            if (reply is not null && request.ReplyTo is { Length: > 0 } address)
            {
                var properties = new BasicProperties { CorrelationId = request.CorrelationId, ContentType = reply.ContentType };
                await _channel.BasicPublishAsync("", address, mandatory: false, properties, reply.Body, CancellationToken.None);
            }

            await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task DrainAsync()
    {
        if (_tag.Length == 0 || _closed.Task.IsCompleted)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(DrainDeadline);
        try
        {
            await _channel.BasicCancelAsync(_tag, noWait: false, deadline.Token);
            Leave();
            await _drained.Task.WaitAsync(deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or OperationInterruptedException or IOException or ObjectDisposedException)
        {
            var unfinished = Volatile.Read(ref _inWork);
            Log.QueriesReturned(_logger, unfinished);
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inWork) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
