using System.Collections.Concurrent;
using System.Diagnostics;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Work queues on RabbitMQ. A message is acknowledged when its delivery is settled, so the broker brings the work of a dead worker to
/// another. To retry, return or dead-letter is to publish a copy, confirmed, and then to acknowledge: a crash in between makes two of one,
/// and workers find the outcome of the first in the store.
/// </summary>
internal sealed class RabbitMqWorkQueue(
    IImageStore store,
    RabbitMqConnection broker,
    RabbitMqTopology topology,
    RabbitMqPublisher publisher,
    RabbitMqQueueTelemetry telemetry,
    IOptions<RabbitMqOptions> options,
    IOptions<WorkQueueOptions> queueOptions,
    IOptions<ModelRoutes> routes,
    ILogger<RabbitMqWorkQueue> logger) : IWorkQueue, IAsyncDisposable
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Whoever dead-letters has other work to settle.</summary>
    private static readonly TimeSpan ShowDeadline = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Lazy<RabbitMqConsumer>> _consumers = [];
    private long _nextWarning;
    private volatile bool _disposed;

    public async Task PublishAsync(
        IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        string[] names = [.. models.Distinct()];
        if (names.Length == 0 || items.Count == 0)
        {
            return;
        }

        var (exchange, key) = names is [var only] ? ("", topology.QueueOf(only)) : (topology.FanOut, "");
        List<RabbitMqOutgoing> messages = [.. items.DistinctBy(item => item.Id).Select(item => RabbitMqMessage.Of(exchange, key, item))];
        if (!await publisher.PublishAsync(names, messages, options.Value.PublishTimeout, cancellationToken))
        {
            Warn(messages.Count);
            throw NotTaken();
        }
    }

    public async Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(string model, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var consumer = ConsumerOf(model);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deliveries = await consumer.TakeAsync(max);
            var left = wait - Stopwatch.GetElapsedTime(started);
            if (deliveries.Count > 0 || left <= TimeSpan.Zero)
            {
                return deliveries;
            }

            await consumer.WaitAsync(left, cancellationToken);
        }
    }

    public async Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            if (FindConsumer(delivery.Model) is { } consumer)
            {
                await consumer.AcknowledgeAsync(delivery);
            }
        }
    }

    public Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken)
    {
        var queue = topology.DelayQueueOf(delivery.Model, queueOptions.Value.DelayAfter(delivery.Attempt));
        return ReplaceAsync([delivery], _ => RabbitMqMessage.Of("", queue, delivery.Item, delivery.Attempt), cancellationToken);
    }

    public Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => ReplaceAsync(
        deliveries,
        delivery => delivery.Attempt == 1
            ? RabbitMqMessage.Of("", topology.QueueOf(delivery.Model), delivery.Item)
            : RabbitMqMessage.Of("", topology.AgainQueueOf(delivery.Model), delivery.Item, delivery.Attempt - 1),
        cancellationToken);

    public async Task DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken)
    {
        if (FindConsumer(delivery.Model) is not { } consumer || !consumer.Holds(delivery))
        {
            return;
        }

        // For people with the broker's tools. The store has the failure already, so the work is done even when it cannot be shown.
        var message = RabbitMqMessage.DeadLetter(topology.DeadLetters, delivery, reason);
        if (!await publisher.PublishAsync([delivery.Model], [message], ShowDeadline, cancellationToken))
        {
            Log.DeadLetterNotShown(logger, topology.DeadQueueOf(delivery.Model));
        }

        await consumer.AcknowledgeAsync(delivery);
    }

    /// <summary>Nothing to do: a delivery belongs to its worker for as long as its connection lasts.</summary>
    public Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Nothing to do: who gets a message of it finds no picture, and <see cref="RabbitMqDeadLetterPruner"/> looks after dead letters.
    /// </summary>
    public Task DiscardAsync(ImageId id, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken)
    {
        var consumer = FindConsumer(model);
        long waiting = consumer?.Prefetched ?? 0, dead;
        uint workers = 0;
        try
        {
            var connection = await broker.GetAsync(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            foreach (var queue in topology.WaitingQueuesOf(model))
            {
                var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
                waiting += found.MessageCount;
                workers += found.ConsumerCount;
            }

            dead = await channel.MessageCountAsync(topology.DeadQueueOf(model), cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Nobody has published or worked for this model yet.
            return default;
        }
        catch (Exception e) when (e is RabbitMqUnavailableException or OperationCanceledException || RabbitMqSession.IsLoss(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new QueueUnavailableException($"RabbitMQ at {broker.Address} cannot be asked for its queues.", e);
        }

        var inWork = consumer?.InWork ?? await CountInWorkAsync(model, waiting, workers, cancellationToken);
        return new QueueCounts(waiting, inWork, dead);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        var consumers = _consumers.Values.Select(consumer => consumer.Value).ToList();
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            foreach (var consumer in consumers)
            {
                // Else the broker counts them as attempts: it cannot know that nobody has begun.
                await ReturnAsync(await consumer.StopAsync(deadline.Token), deadline.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or QueueUnavailableException || RabbitMqSession.IsLoss(e))
        {
            Log.NotGivenBack(logger, e);
        }

        await Task.WhenAll(consumers.Select(consumer => consumer.DisposeAsync().AsTask()));
    }

    /// <summary>
    /// The broker does not tell what is unacknowledged: it is what the store waits for and no queue has, as far as workers may hold it.
    /// </summary>
    private async Task<long> CountInWorkAsync(string model, long waiting, uint workers, CancellationToken cancellationToken)
    {
        if (workers == 0 || routes.Value.Named(model) is not { } route)
        {
            return 0;
        }

        var settled = await store.CountExtractionsAsync(route.Key, cancellationToken);
        var pending = await store.CountAsync(cancellationToken) - settled.Indexed - settled.Failed;
        return Math.Clamp(pending - waiting, 0, workers * (long)options.Value.Prefetch);
    }

    /// <summary>Publishes copies, then acknowledges. What the broker has taken back with its connection comes again anyway.</summary>
    private async Task ReplaceAsync(
        IReadOnlyCollection<WorkDelivery> deliveries, Func<WorkDelivery, RabbitMqOutgoing> copy, CancellationToken cancellationToken)
    {
        List<WorkDelivery> held = [.. deliveries.Where(delivery => FindConsumer(delivery.Model)?.Holds(delivery) == true)];
        if (held.Count == 0)
        {
            return;
        }

        string[] names = [.. held.Select(delivery => delivery.Model).Distinct()];
        var copies = held.ConvertAll(delivery => copy(delivery));
        if (!await publisher.PublishAsync(names, copies, options.Value.PublishTimeout, cancellationToken))
        {
            throw NotTaken();
        }

        await CompleteAsync(held, cancellationToken);
    }

    private RabbitMqConsumer? FindConsumer(string model) => _consumers.TryGetValue(model, out var consumer) ? consumer.Value : null;

    private RabbitMqConsumer ConsumerOf(string model)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _consumers.GetOrAdd(
            model,
            key => new Lazy<RabbitMqConsumer>(() => new RabbitMqConsumer(key, broker, topology, options.Value, telemetry, logger))).Value;
    }

    private QueueUnavailableException NotTaken() =>
        new($"RabbitMQ at {broker.Address} takes no work now: {broker.BlockedReason ?? "it cannot be reached or did not confirm"}.");

    private void Warn(int count)
    {
        var next = Interlocked.Read(ref _nextWarning);
        if (Environment.TickCount64 >= next
            && Interlocked.CompareExchange(
                ref _nextWarning, Environment.TickCount64 + (long)WarningInterval.TotalMilliseconds, next) == next)
        {
            Log.NotQueued(logger, count, broker.Address, broker.BlockedReason ?? "it cannot be reached or did not confirm");
        }
    }
}
