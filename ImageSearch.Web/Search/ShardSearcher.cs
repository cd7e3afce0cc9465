using ImageSearch.Core.Models;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>Asks every shard of a model at once, and waits for each only so long.</summary>
internal sealed class ShardSearcher(IndexClient index, IOptions<SearchOptions> options, ILogger<ShardSearcher> logger)
{
    /// <returns>One entry per shard, in their order.</returns>
    public async Task<IReadOnlyList<ShardAnswer>> SearchAsync(
        ModelRoute model, byte[] vector, SearchParameters parameters, CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, model.Shards).Select(shard => SearchAsync(model, shard, vector, parameters, cancellationToken)));

    private async Task<ShardAnswer> SearchAsync(
        ModelRoute model, int shard, byte[] vector, SearchParameters parameters, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.ShardTimeout);
        try
        {
            return new ShardAnswer(shard, await index.SearchAsync(model, shard, vector, parameters, deadline.Token), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ShardFailed(logger, model.Name, shard, e);
            return new ShardAnswer(shard, null, PeerFailure.Describe(e, options.Value.ShardTimeout));
        }
    }
}
