using System.Diagnostics;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Brings the messages of one model into memory, as many as the prefetch allows, and knows which of them are in work.</summary>
internal sealed class RabbitMqConsumer : IAsyncDisposable
{
    private readonly string _model;
    private readonly RabbitMqTopology _topology;
    private readonly RabbitMqOptions _options;
    private readonly ILogger _logger;
    private readonly RabbitMqChannelKeeper _keeper;
    private readonly Dictionary<(string Lease, Images.ImageId Id), Held> _held = [];
    private long _lookAt;
    private long _lastArrival = Stopwatch.GetTimestamp();

    public RabbitMqConsumer(
        string model, RabbitMqConnection broker, RabbitMqTopology topology, RabbitMqOptions options, RabbitMqQueueTelemetry telemetry, ILogger logger)
    {
        (_model, _topology, _options, _logger) = (model, topology, options, logger);
        _keeper = new RabbitMqChannelKeeper(broker, $"consume {model}", new CreateChannelOptions(false, false), ConsumeAsync, telemetry, logger);
        _keeper.Start();
    }

    public MessageBuffer Buffer { get; } = new();

    /// <summary>The ledger is to be asked again at this time of its clock, in any case.</summary>
    public DateTimeOffset LookAt
    {
        get => new(Interlocked.Read(ref _lookAt), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _lookAt, value.UtcTicks);
    }

    /// <summary>No messages are to be expected for now.</summary>
    public bool IsDown => _keeper.IsDown;

    /// <summary>For how long no message came, or since when waiting work was last looked for.</summary>
    public TimeSpan Idle => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastArrival));

    public void IdleAgain() => Interlocked.Exchange(ref _lastArrival, Stopwatch.GetTimestamp());

    /// <summary>Remembers the messages of deliveries until they are settled; those of which there is no delivery are not needed.</summary>
    public async Task HoldAsync(IReadOnlyList<RabbitMqMessage> messages, IReadOnlyList<WorkDelivery> deliveries, DateTimeOffset until)
    {
        var byId = deliveries.ToDictionary(delivery => delivery.Item.Id);
        var superfluous = new List<RabbitMqMessage>();
        lock (_held)
        {
            foreach (var message in messages)
            {
                // Of two messages for one delivery the second is superfluous.
                if (!byId.Remove(message.Id, out var delivery) || !_held.TryAdd((delivery.LeaseId, message.Id), new Held(message, until)))
                {
                    superfluous.Add(message);
                }
            }
        }

        await AcknowledgeAsync(superfluous).ConfigureAwait(false);
    }

    /// <summary>Acknowledges the messages of deliveries; those that came without one have none.</summary>
    public Task LetGoAsync(IEnumerable<WorkDelivery> deliveries)
    {
        var messages = new List<RabbitMqMessage>();
        lock (_held)
        {
            foreach (var delivery in deliveries)
            {
                if (_held.Remove((delivery.LeaseId, delivery.Item.Id), out var held))
                {
                    messages.Add(held.Message);
                }
            }
        }

        return AcknowledgeAsync(messages);
    }

    public void Renew(IEnumerable<WorkDelivery> deliveries, DateTimeOffset until)
    {
        lock (_held)
        {
            foreach (var key in deliveries.Select(delivery => (delivery.LeaseId, delivery.Item.Id)))
            {
                if (_held.TryGetValue(key, out var held))
                {
                    _held[key] = held with { Until = until };
                }
            }
        }
    }

    /// <summary>
    /// Acknowledges the messages of leases that have ended unsettled, which happens while the ledger is away: it brings their work back, and
    /// each would take the place of one that could come.
    /// </summary>
    public Task LetGoOfEndedAsync(DateTimeOffset now)
    {
        var messages = new List<RabbitMqMessage>();
        lock (_held)
        {
            foreach (var (key, held) in _held.Where(pair => pair.Value.Until < now).ToList())
            {
                _held.Remove(key);
                messages.Add(held.Message);
            }
        }

        return AcknowledgeAsync(messages);
    }

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    private static async Task AcknowledgeAsync(List<RabbitMqMessage> messages)
    {
        foreach (var message in messages)
        {
            await message.AcknowledgeAsync().ConfigureAwait(false);
        }
    }

    private async Task ConsumeAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(session.Connection, [_model], cancellationToken).ConfigureAwait(false);
        await session.Channel.BasicQosAsync(0, _options.Prefetch, global: false, cancellationToken).ConfigureAwait(false);
        lock (_held)
        {
            // The broker has taken back what is not acknowledged; deliveries in work stay valid, in the ledger.
            foreach (var key in _held.Where(pair => !pair.Value.Message.Session.IsOpen).Select(pair => pair.Key).ToList())
            {
                _held.Remove(key);
            }
        }

        var consumer = new AsyncEventingBasicConsumer(session.Channel);
        consumer.ReceivedAsync += (_, message) => ReceivedAsync(session, message);
        consumer.UnregisteredAsync += (_, _) =>
        {
            // Somebody deleted the queue: it is made again.
            session.End();
            return Task.CompletedTask;
        };
        await session.Channel.BasicConsumeAsync(_topology.QueueOf(_model), autoAck: false, consumer, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReceivedAsync(RabbitMqSession session, BasicDeliverEventArgs message)
    {
        if (RabbitMqMessage.TryRead(message.Body.Span, out var id))
        {
            IdleAgain();
            Buffer.Add(new RabbitMqMessage(session, message.DeliveryTag, id));
            return;
        }

        Log.Foreign(_logger, _topology.QueueOf(_model));
        try
        {
            await session.Channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: false).ConfigureAwait(false);
        }
        catch (Exception e) when (RabbitMqSession.IsLoss(e))
        {
        }
    }

    private sealed record Held(RabbitMqMessage Message, DateTimeOffset Until);
}
