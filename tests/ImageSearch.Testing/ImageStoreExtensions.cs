using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

public static class ImageStoreExtensions
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The next page of the feed, as a reader gets it that begins there.</summary>
    public static async Task<ChangePage> ReadChangesAsync(
        this IImageStore store, ModelKey model, ShardKey shard, ChangeCursor since, int limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        await foreach (var page in store.FollowAsync(model, shard, since, limit, deadline.Token))
        {
            return page;
        }

        throw new InvalidOperationException("The feed has ended.");
    }
}
