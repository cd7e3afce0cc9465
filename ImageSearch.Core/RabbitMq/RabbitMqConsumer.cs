using System.Collections.Concurrent;
using System.Threading.Channels;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Brings the messages of one model into memory, as many as the prefetch allows, and knows which of them are in work.</summary>
internal sealed class RabbitMqConsumer : IAsyncDisposable
{
    /// <summary>How often to look for work that is to be tried again.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly string _model;
    private readonly RabbitMqTopology _topology;
    private readonly RabbitMqOptions _options;
    private readonly RabbitMqQueueTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly RabbitMqChannelKeeper _keeper;
    private readonly Channel<RabbitMqMessage> _arrived = Channel.CreateUnbounded<RabbitMqMessage>();
    private readonly ConcurrentDictionary<string, RabbitMqMessage> _held = [];
    private volatile RabbitMqSession? _session;
    private volatile string? _consumerTag;
    private volatile bool _stopping;
    private long _lookAt;

    public RabbitMqConsumer(
        string model, RabbitMqConnection broker, RabbitMqTopology topology, RabbitMqOptions options, RabbitMqQueueTelemetry telemetry,
        ILogger logger)
    {
        (_model, _topology, _options, _telemetry, _logger) = (model, topology, options, telemetry, logger);
        _keeper = new RabbitMqChannelKeeper(
            broker, $"consume {model}", new CreateChannelOptions(false, false), ConsumeAsync, telemetry, logger);
        _keeper.Start();
    }

    /// <summary>Messages in memory that nobody has taken yet.</summary>
    public int Prefetched => _arrived.Reader.Count;

    public int InWork => _held.Count;

    /// <summary>
    /// Takes what an earlier attempt did not finish before anything else, and by itself: whatever dies with this process has been begun.
    /// </summary>
    public async Task<IReadOnlyList<WorkDelivery>> TakeAsync(int max)
    {
        if (await GetAgainAsync() is { } again)
        {
            _telemetry.Taken(_model, "due", 1);
            return [Hold(again)];
        }

        var taken = new List<WorkDelivery>();
        while (taken.Count < max && _arrived.Reader.TryRead(out var message))
        {
            // What came in a session that has ended is the broker's again.
            if (message.Session.IsOpen)
            {
                taken.Add(Hold(message));
            }
        }

        _telemetry.Taken(_model, "message", taken.Count);
        return taken;
    }

    /// <summary>Completes when a message has arrived, when it is time to look for others, and after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(atMost < LookInterval ? atMost : LookInterval);
        try
        {
            await _arrived.Reader.WaitToReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <returns>Whether the broker still waits for this delivery to be settled.</returns>
    public bool Holds(WorkDelivery delivery) => _held.TryGetValue(delivery.LeaseId, out var message) && message.Session.IsOpen;

    public async Task AcknowledgeAsync(WorkDelivery delivery)
    {
        if (_held.TryRemove(delivery.LeaseId, out var message))
        {
            await message.Session.AcknowledgeAsync(message.Tag);
        }
    }

    /// <summary>Takes no more messages.</summary>
    /// <returns>Those that nobody has taken.</returns>
    public async Task<IReadOnlyList<WorkDelivery>> StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        if (_session is not { IsOpen: true } session || _consumerTag is not { } tag)
        {
            return [];
        }

        await session.Channel.BasicCancelAsync(tag, noWait: false, cancellationToken);
        var left = new List<WorkDelivery>();
        while (_arrived.Reader.TryRead(out var message))
        {
            left.Add(Hold(message));
        }

        return left;
    }

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    private WorkDelivery Hold(RabbitMqMessage message)
    {
        var delivery = new WorkDelivery(_model, message.Item, message.Attempt, Guid.NewGuid().ToString("N"));
        _held[delivery.LeaseId] = message;
        return delivery;
    }

    private async Task<RabbitMqMessage?> GetAgainAsync()
    {
        if (_session is not { IsOpen: true } session || Environment.TickCount64 < Interlocked.Read(ref _lookAt))
        {
            return null;
        }

        Interlocked.Exchange(ref _lookAt, Environment.TickCount64 + (long)LookInterval.TotalMilliseconds);
        var queue = _topology.AgainQueueOf(_model);
        try
        {
            // To count costs the broker nothing; an attempt to get goes through the queue's log.
            while (await session.Channel.MessageCountAsync(queue, CancellationToken.None) > 0
                && await session.Channel.BasicGetAsync(queue, autoAck: false, CancellationToken.None) is { } got)
            {
                Interlocked.Exchange(ref _lookAt, 0);
                if (RabbitMqMessage.Read(session, got.DeliveryTag, got.Body, got.BasicProperties) is { } message)
                {
                    return message;
                }

                await RejectAsync(session, got.DeliveryTag, queue);
            }
        }
        catch (Exception e) when (e is OperationCanceledException || RabbitMqSession.IsLoss(e))
        {
            session.End();
        }

        return null;
    }

    private async Task ConsumeAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(session.Connection, [_model], cancellationToken);
        await session.Channel.BasicQosAsync(0, _options.Prefetch, global: false, cancellationToken);
        foreach (var (lease, _) in _held.Where(held => !held.Value.Session.IsOpen))
        {
            // The broker has taken back what was not acknowledged.
            _held.TryRemove(lease, out _);
        }

        var consumer = new AsyncEventingBasicConsumer(session.Channel);
        consumer.ReceivedAsync += (_, message) => ReceivedAsync(session, message);
        consumer.UnregisteredAsync += (_, _) =>
        {
            if (!_stopping)
            {
                // Somebody deleted the queue: it is made again.
                session.End();
            }

            return Task.CompletedTask;
        };
        _session = session;
        var queue = _topology.QueueOf(_model);
        _consumerTag = await session.Channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);
    }

    private async Task ReceivedAsync(RabbitMqSession session, BasicDeliverEventArgs arrived)
    {
        // The body is the client's memory: what is kept is read here.
        if (RabbitMqMessage.Read(session, arrived.DeliveryTag, arrived.Body, arrived.BasicProperties) is { } message)
        {
            _arrived.Writer.TryWrite(message);
            return;
        }

        try
        {
            await RejectAsync(session, arrived.DeliveryTag, _topology.QueueOf(_model));
        }
        catch (Exception e) when (RabbitMqSession.IsLoss(e))
        {
        }
    }

    private async Task RejectAsync(RabbitMqSession session, ulong tag, string queue)
    {
        Log.Foreign(_logger, queue);
        await session.Channel.BasicNackAsync(tag, multiple: false, requeue: false);
    }
}
