using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Images;

/// <summary>Puts failed extractions back to pending and queues them again.</summary>
internal sealed class FailureRetrier(IImageStore store, IWorkQueue queue, IOptions<ModelRoutes> models, ILogger<FailureRetrier> logger)
{
    private const int PageSize = 500;

    // Half a million at a time: an extractor that fails as fast as this resets would otherwise keep the request going for ever.
    private const int MaximumPages = 1000;

    /// <param name="id">One picture, or null for all.</param>
    /// <param name="model">One model, or null for all.</param>
    /// <returns>How many extractions were put back.</returns>
    public async Task<int> RetryAsync(ImageId? id, string? model, CancellationToken cancellationToken)
    {
        var count = 0;
        for (var page = 0; page < MaximumPages; page++)
        {
            var reset = await store.ResetFailuresAsync(id, model, PageSize, cancellationToken);
            if (reset.Count == 0)
            {
                break;
            }

            // Models that are no longer declared have no extractor that would ever take the work.
            foreach (var failures in reset.Where(failure => models.Value.Named(failure.Model) is not null).GroupBy(failure => failure.Model))
            {
                // Once reset they are no longer failed: a client that hangs up now must not leave them pending and unqueued.
                await queue.PublishAsync([failures.Key], [.. failures.Select(failure => new WorkItem(failure.Id))], CancellationToken.None);
                count += failures.Count();
            }
        }

        Log.FailuresRetried(logger, count);
        return count;
    }
}
