using System.Collections.Concurrent;
using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// The dead letters as the broker shows them to an operator, with their reasons. The ledger is the truth; this is the picture of it, kept as
/// well as the broker allows.
/// </summary>
internal sealed class RabbitMqDeadLetters(
    IWorkLedger ledger, RabbitMqConnection broker, RabbitMqTopology topology, RabbitMqPublisher publisher, TimeProvider clock, ILogger<RabbitMqDeadLetters> logger)
    : IAsyncDisposable
{
    /// <summary>Whoever dead-letters has other work to settle.</summary>
    private static readonly TimeSpan ShowDeadline = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PruneDeadline = TimeSpan.FromMinutes(5);
    private const int PruneBatch = 500;

    private readonly ConcurrentDictionary<string, Pruning> _prunings = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Shows a dead letter in the queue <c>extract.model.dead</c>, its reason in the headers.</summary>
    public async Task ShowAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken)
    {
        var message = new RabbitMqOutgoing(
            topology.DeadLetters, delivery.Model, RabbitMqMessage.DeadLetter(delivery, reason, clock.GetUtcNow()), RabbitMqMessage.Body(delivery.Item.Id));
        if (!(await publisher.PublishAsync([delivery.Model], [message], ShowDeadline, cancellationToken).ConfigureAwait(false))[0])
        {
            Log.DeadLetterNotShown(logger, topology.DeadQueueOf(delivery.Model));
        }
    }

    /// <summary>Takes those that are dead no longer out of the queue, in the background; asked for meanwhile, it goes through once more.</summary>
    public void Prune(string model)
    {
        var pruning = _prunings.GetOrAdd(model, _ => new Pruning());
        lock (pruning)
        {
            pruning.IsWanted = true;
            if (pruning.Running.IsCompleted && !_stop.IsCancellationRequested)
            {
                pruning.Running = Task.Run(() => PruneAsync(model, pruning, _stop.Token));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_prunings.Values.Select(pruning => pruning.Running)).ConfigureAwait(false);
        }
    }

    private async Task PruneAsync(string model, Pruning pruning, CancellationToken stopping)
    {
        while (true)
        {
            lock (pruning)
            {
                if (!pruning.IsWanted || stopping.IsCancellationRequested)
                {
                    // Under the lock: who asks now starts anew.
                    pruning.Running = Task.CompletedTask;
                    return;
                }

                pruning.IsWanted = false;
            }

            try
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                deadline.CancelAfter(PruneDeadline);
                var count = await PruneAsync(model, deadline.Token).ConfigureAwait(false);
                Log.Pruned(logger, count, model);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Log.NotPruned(logger, topology.DeadQueueOf(model), e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Goes once through the queue. What stays is given back only when all has been seen, because it would come again at once; then it lies
    /// where it lay.
    /// </summary>
    private async Task<int> PruneAsync(string model, CancellationToken cancellationToken)
    {
        var connection = await broker.OpenAsync($"prune {model}", cancellationToken).ConfigureAwait(false);
        try
        {
            await topology.DeclareAsync(connection, [model], cancellationToken).ConfigureAwait(false);
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var queue = topology.DeadQueueOf(model);
            var pruned = 0;
            for (var left = await channel.MessageCountAsync(queue, cancellationToken).ConfigureAwait(false); left > 0;)
            {
                var batch = await GetAsync(channel, queue, (int)Math.Min(left, PruneBatch), cancellationToken).ConfigureAwait(false);
                pruned += await AcknowledgeRevivedAsync(channel, model, batch, cancellationToken).ConfigureAwait(false);
                left = batch.Count == 0 ? 0 : left - (uint)batch.Count;
            }

            return pruned;
        }
        finally
        {
            // Closing gives back what was not acknowledged.
            await RabbitMqConnection.CloseAsync(connection).ConfigureAwait(false);
        }
    }

    private static async Task<List<(ulong Tag, ImageId Id)>> GetAsync(IChannel channel, string queue, int max, CancellationToken cancellationToken)
    {
        var batch = new List<(ulong, ImageId)>(max);
        while (batch.Count < max && await channel.BasicGetAsync(queue, autoAck: false, cancellationToken).ConfigureAwait(false) is { } message)
        {
            RabbitMqMessage.TryRead(message.Body.Span, out var id);
            batch.Add((message.DeliveryTag, id));
        }

        return batch;
    }

    private async Task<int> AcknowledgeRevivedAsync(IChannel channel, string model, List<(ulong Tag, ImageId Id)> batch, CancellationToken cancellationToken)
    {
        var dead = await ledger.FindDeadAsync(model, [.. batch.Select(message => message.Id).Distinct()], cancellationToken).ConfigureAwait(false);
        var revived = batch.Where(message => !dead.Contains(message.Id)).ToList();
        foreach (var (tag, _) in revived)
        {
            await channel.BasicAckAsync(tag, multiple: false, cancellationToken).ConfigureAwait(false);
        }

        return revived.Count;
    }

    private sealed class Pruning
    {
        public bool IsWanted { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
