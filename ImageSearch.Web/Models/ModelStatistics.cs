using ImageSearch.Core.Models;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Models;

/// <summary>Asks every shard of every model what it holds.</summary>
internal sealed class ModelStatistics(
    IndexClient index, IOptions<ModelRoutes> models, IOptions<SearchOptions> options, ILogger<ModelStatistics> logger)
{
    public async Task<ModelList> ReadAsync(CancellationToken cancellationToken) =>
        new(await Task.WhenAll(models.Value.Select(async model => new ModelSummary(
            model.Name,
            model.Version,
            model.Dimension,
            model.Weight,
            model.Algorithm,
            model.Words,
            await Task.WhenAll(Enumerable.Range(0, model.Shards).Select(shard => ReadAsync(model, shard, cancellationToken)))))));

    private async Task<ShardSummary> ReadAsync(ModelRoute model, int shard, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.ShardTimeout);
        try
        {
            var stats = await index.StatsAsync(model, shard, deadline.Token);
            return stats.Ready
                ? new ShardSummary(shard, model.Replicas, stats.Count, null)
                : new ShardSummary(shard, model.Replicas, null, "is still loading");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.StatsFailed(logger, model.Name, shard, e);
            return new ShardSummary(shard, model.Replicas, null, PeerFailure.Describe(e, options.Value.ShardTimeout));
        }
    }
}
