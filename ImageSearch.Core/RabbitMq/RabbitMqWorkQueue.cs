using System.Collections.Concurrent;
using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Work queues on RabbitMQ, with the ledger beside them:
/// <code>
/// publish:  ledger (what is new?) -> message, confirmed | broker does not take it: offered in the ledger
/// receive:  message -> ledger (lease it; if it is not there to take: drop the message) -> worker
///           nothing comes -> ledger (due, returned, dead workers', lost messages')     -> worker
/// settle:   ledger -> acknowledge the message
/// </code>
/// The broker distributes and holds back, the ledger knows. Either may be restarted at any time; without the broker work goes on, taken from
/// the ledger.
/// </summary>
internal sealed partial class RabbitMqWorkQueue(
    IWorkLedger ledger,
    RabbitMqConnection broker,
    RabbitMqTopology topology,
    RabbitMqPublisher publisher,
    RabbitMqDeadLetters deadLetters,
    RabbitMqQueueTelemetry telemetry,
    IOptions<RabbitMqOptions> options,
    IOptions<WorkQueueOptions> queueOptions,
    TimeProvider clock,
    ILogger<RabbitMqWorkQueue> logger) : IWorkQueue, IAsyncDisposable
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GiveBackDeadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Lazy<RabbitMqConsumer>> _consumers = [];
    private readonly Lock _lock = new();
    private Task _givingBack = Task.CompletedTask;
    private long _nextWarning;
    private volatile bool _disposed;

    public async Task PublishAsync(IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        var entries = await ledger.EnterAsync(models, items, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0)
        {
            return;
        }

        // From here on the entries are durable and no cancellation may leave them without message and offer.
        var batches = Address(models, entries);
        var confirmed = await publisher.PublishAsync([.. models.Distinct()], [.. batches.Select(batch => batch.Message)], options.Value.PublishTimeout, CancellationToken.None)
            .ConfigureAwait(false);
        List<LedgerEntry> left = [.. batches.Where((_, i) => !confirmed[i]).SelectMany(batch => batch.Entries)];
        if (left.Count > 0)
        {
            await ledger.OfferAsync(left, CancellationToken.None).ConfigureAwait(false);
            Warn(left.Count);
        }

        foreach (var model in entries.Where(entry => entry.WasDead).Select(entry => entry.Model).Distinct())
        {
            deadLetters.Prune(model);
        }
    }

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) =>
        SettleAsync(deliveries, () => ledger.CompleteAsync(deliveries, cancellationToken));

    public async Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken)
    {
        var delay = queueOptions.Value.DelayAfter(delivery.Attempt);
        await SettleAsync([delivery], () => ledger.RetryAsync(delivery, reason, delay, cancellationToken)).ConfigureAwait(false);
        LookAt(delivery.Model, clock.GetUtcNow() + delay);
    }

    public async Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        await SettleAsync(deliveries, () => ledger.ReturnAsync(deliveries, cancellationToken)).ConfigureAwait(false);
        foreach (var model in deliveries.Select(delivery => delivery.Model).Distinct())
        {
            LookAt(model, DateTimeOffset.MinValue);
        }
    }

    public Task DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) => SettleAsync(
        [delivery],
        async () =>
        {
            if (await ledger.DeadLetterAsync(delivery, reason, cancellationToken).ConfigureAwait(false))
            {
                await deadLetters.ShowAsync(delivery, reason, cancellationToken).ConfigureAwait(false);
            }
        });

    public async Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0)
        {
            return;
        }

        await ledger.RenewAsync(deliveries, queueOptions.Value.Lease, cancellationToken).ConfigureAwait(false);
        foreach (var group in deliveries.GroupBy(delivery => delivery.Model))
        {
            FindConsumer(group.Key)?.Renew(group, clock.GetUtcNow() + queueOptions.Value.Lease);
        }
    }

    public async Task DiscardAsync(ImageId id, CancellationToken cancellationToken)
    {
        // Messages of it that are on their way find no entry and are dropped.
        foreach (var model in await ledger.DiscardAsync(id, cancellationToken).ConfigureAwait(false))
        {
            deadLetters.Prune(model);
        }
    }

    public Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken) => ledger.CountAsync(model, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await Task.WhenAny(_givingBack, Task.Delay(GiveBackDeadline)).ConfigureAwait(false);
            // Messages that nobody worked on go back to their queues when the channels close.
            await Task.WhenAll(_consumers.Values.Select(consumer => consumer.Value.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>What is new for all of several models is one message to the fan-out exchange, the rest goes to its queue.</summary>
    private List<(RabbitMqOutgoing Message, List<LedgerEntry> Entries)> Address(IReadOnlyCollection<string> models, IReadOnlyList<LedgerEntry> entries)
    {
        var now = clock.GetUtcNow();
        var count = models.Distinct().Count();
        var batches = new List<(RabbitMqOutgoing, List<LedgerEntry>)>(entries.Count);
        foreach (var group in entries.GroupBy(entry => entry.Item))
        {
            var properties = RabbitMqMessage.Properties(group.Key, now);
            var body = RabbitMqMessage.Body(group.Key.Id);
            List<LedgerEntry> ofItem = [.. group];
            if (count > 1 && ofItem.Count == count)
            {
                batches.Add((new RabbitMqOutgoing(topology.FanOut, "", properties, body), ofItem));
                continue;
            }

            batches.AddRange(ofItem.Select(entry => (new RabbitMqOutgoing("", topology.QueueOf(entry.Model), properties, body), new List<LedgerEntry> { entry })));
        }

        return batches;
    }

    /// <summary>
    /// Acknowledges even when the ledger could not be told: then the lease ends and the ledger brings the work back, and the message is not
    /// needed for that.
    /// </summary>
    private async Task SettleAsync(IReadOnlyCollection<WorkDelivery> deliveries, Func<Task> settle)
    {
        if (deliveries.Count == 0)
        {
            return;
        }

        try
        {
            await settle().ConfigureAwait(false);
        }
        finally
        {
            foreach (var group in deliveries.GroupBy(delivery => delivery.Model))
            {
                if (FindConsumer(group.Key) is { } consumer)
                {
                    await consumer.LetGoAsync(group).ConfigureAwait(false);
                }
            }
        }
    }

    private void LookAt(string model, DateTimeOffset time)
    {
        if (FindConsumer(model) is { } consumer && time < consumer.LookAt)
        {
            consumer.LookAt = time;
        }
    }

    private RabbitMqConsumer? FindConsumer(string model) => _consumers.TryGetValue(model, out var consumer) ? consumer.Value : null;

    private RabbitMqConsumer ConsumerOf(string model)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _consumers.GetOrAdd(
            model, key => new Lazy<RabbitMqConsumer>(() => new RabbitMqConsumer(key, broker, topology, options.Value, telemetry, logger))).Value;
    }

    private void Warn(int count)
    {
        var next = Interlocked.Read(ref _nextWarning);
        if (Environment.TickCount64 >= next
            && Interlocked.CompareExchange(ref _nextWarning, Environment.TickCount64 + (long)WarningInterval.TotalMilliseconds, next) == next)
        {
            Log.LeftToTheLedger(logger, count, broker.Address, broker.BlockedReason ?? "it cannot be reached or did not confirm");
        }
    }
}
