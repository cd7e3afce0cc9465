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

    /// <summary>Half a million at a time.</summary>
    private const int MaximumPages = 1000;

    /// <param name="id">One picture, or null for all.</param>
    /// <param name="model">One model, or null for all.</param>
    /// <returns>How many extractions were put back.</returns>
    public async Task<int> RetryAsync(ImageId? id, string? model, CancellationToken cancellationToken)
    {
        var seen = new HashSet<FailedExtraction>();
        for (var page = 0; page < MaximumPages; page++)
        {
            var reset = await store.ResetFailuresAsync(id, model, PageSize, cancellationToken);
            var fresh = reset.Count(seen.Add);
            // Models that are no longer declared have no extractor that would ever take the work.
            foreach (var failures in reset.Where(failure => models.Value.Named(failure.Model) is not null).GroupBy(failure => failure.Model))
            {
                // Once reset they are no longer failed: a client that hangs up now must not leave them pending and unqueued.
                await queue.PublishAsync([failures.Key], [.. failures.Select(failure => new WorkItem(failure.Id))], CancellationToken.None);
            }

            // An extractor may fail them again as fast as this resets them: that is no reason to go on, and they count once.
            if (fresh == 0)
            {
                break;
            }
        }

        var count = seen.Count(failure => models.Value.Named(failure.Model) is not null);
        Log.FailuresRetried(logger, count);
        return count;
    }
}
