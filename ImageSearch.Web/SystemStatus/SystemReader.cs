using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Takes one look at the store, the queues, all index servers and extractors; what does not answer in time is left out and said to be.</summary>
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
