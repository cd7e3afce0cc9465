using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Takes messages out of the dead-letter queues whose pictures were retried or deleted: the store knows what has failed, the queue shows
/// it. It looks whenever the queue shows more than has failed. For ingest only: one service does it.
/// </summary>
internal sealed class RabbitMqDeadLetterPruner(
    IImageStore store, RabbitMqConnection broker, RabbitMqTopology topology, IOptions<ModelRoutes> models, TimeProvider clock,
    ILogger<RabbitMqDeadLetterPruner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Per model, what stays though no picture of it has failed: messages that are no image ids are for a person to see.</summary>
    private readonly Dictionary<string, long> _foreign = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var model in models.Value)
                {
                    await PruneAsync(model, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PruneAsync(ModelRoute model, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(Deadline);
        var queue = topology.DeadQueueOf(model.Name);
        try
        {
            var connection = await broker.GetAsync(deadline.Token);
            // Closing it gives back what was not acknowledged; then it lies where it lay.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline.Token);
            var shown = await channel.MessageCountAsync(queue, deadline.Token) - _foreign.GetValueOrDefault(model.Name);
            if (shown > 0 && shown > (await store.CountExtractionsAsync(model.Key, deadline.Token)).Failed)
            {
                var count = await PruneAsync(channel, queue, model, deadline.Token);
                Log.Pruned(logger, count, model.Name);
            }
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Nothing has been published for this model yet.
        }
        catch (Exception e) when (e is RabbitMqUnavailableException or BackendUnavailableException || RabbitMqSession.IsLoss(e))
        {
            // What is away is said once, by whoever watches over it.
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.NotPruned(logger, queue, e);
        }
    }

    private async Task<int> PruneAsync(IChannel channel, string queue, ModelRoute model, CancellationToken cancellationToken)
    {
        var messages = new List<(ulong Tag, ImageId? Id)>();
        while (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } message)
        {
            messages.Add((message.DeliveryTag, ImageId.TryParseUtf8(message.Body.Span, out var id) ? id : null));
        }

        // Of a picture that failed again after a retry, the last message says why.
        var last = messages.Where(message => message.Id is not null)
            .GroupBy(message => message.Id!.Value).ToDictionary(group => group.Key, group => group.Last().Tag);
        var extractions = await store.FindExtractionsAsync(model.Key, last.Keys, cancellationToken);
        var stale = messages.FindAll(message =>
            message.Id is { } id && (last[id] != message.Tag || extractions.GetValueOrDefault(id)?.State != ImageState.Failed));
        foreach (var (tag, _) in stale)
        {
            await channel.BasicAckAsync(tag, multiple: false, cancellationToken);
        }

        _foreign[model.Name] = messages.Count(message => message.Id is null);
        return stale.Count;
    }
}
