using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>
/// Takes one look at the store, the queues, all index servers and extractors; what does not answer in time is left out and said to be.
/// </summary>
internal sealed class SystemReader(
    StoreCounter store, IWorkQueue queue, PeerStates peers, IOptions<ModelRoutes> models, IOptions<SystemOptions> options,
    TimeProvider time, ILogger<SystemReader> logger)
{
    public async Task<SystemReading> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = TryAsync("store", store.CountAsync, cancellationToken);
        var queues = Task.WhenAll(models.Value.Select(model => TryAsync(
            $"queue of {model.Name}", async deadline => (QueueCounts?)await queue.CountAsync(model.Name, deadline), cancellationToken)));
        var shards = Task.WhenAll(models.Value.Select(async model => (IReadOnlyList<SystemShard>)await Task.WhenAll(
            Enumerable.Range(0, model.Shards).Select(shard => peers.ReadShardAsync(model, shard, cancellationToken)))));
        var states = Task.WhenAll(models.Value.Select(model => peers.ReadExtractorsAsync(model, cancellationToken)));
        return new SystemReading(time.GetUtcNow(), await counts, await queues, await shards, await states);
    }

    private async Task<T?> TryAsync<T>(string what, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.Timeout);
        try
        {
            // A store that pays no heed to the deadline must not stop the looks either.
            return await read(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            SystemLog.NotSampled(logger, what, e);
            return default;
        }
    }
}

/// <summary>One look at everything but the searches.</summary>
/// <param name="Counts">Null when the store did not answer.</param>
/// <param name="Queues">In the order of the models' declaration; null for one that could not be counted.</param>
/// <param name="Shards">Of each model.</param>
/// <param name="Extractors">Of each model.</param>
internal sealed record SystemReading(
    DateTimeOffset At, StoreCounts? Counts, IReadOnlyList<QueueCounts?> Queues, IReadOnlyList<IReadOnlyList<SystemShard>> Shards,
    IReadOnlyList<IReadOnlyList<ExtractorReport>> Extractors)
{
    public double? QueueDepth => Queues.Any(queue => queue is null) ? null : Queues.Sum(queue => queue!.Value.Waiting);
}

/// <summary>The searches that ended since the last look.</summary>
/// <param name="Count">All of them.</param>
/// <param name="Failed">Those that could not be answered, by no fault of the client.</param>
/// <param name="P50">Median of those that were answered, in seconds; null when none was.</param>
internal readonly record struct SearchFigures(long Count, long Failed, double? P50, double? P95);
