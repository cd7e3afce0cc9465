using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Images;

/// <summary>Puts failed extractions back to pending and queues them again.</summary>
internal sealed class FailureRetrier(IImageStore store, IWorkQueue queue, ILogger<FailureRetrier> logger)
{
    private const int PageSize = 500;

    /// <summary>Half a million at a time.</summary>
    private const int MaximumPages = 1000;

    /// <param name="filter">Names declared models only: others have no extractor that would ever take the work.</param>
    /// <returns>How many extractions were put back.</returns>
    public async Task<int> RetryAsync(FailureFilter filter, CancellationToken cancellationToken)
    {
        var seen = new HashSet<FailedExtraction>();
        for (var page = 0; page < MaximumPages; page++)
        {
            var reset = await store.ResetFailuresAsync(filter, PageSize, cancellationToken);
            var fresh = reset.Count(seen.Add);
            foreach (var failures in reset.GroupBy(failure => failure.Model))
            {
                try
                {
                    // Once reset they are no longer failed: a client that hangs up now must not leave them pending and unqueued.
                    await queue.PublishAsync(
                        [failures.Key], [.. failures.Select(failure => new WorkItem(failure.Id))], CancellationToken.None);
                }
                catch (QueueUnavailableException)
                {
                    // They are pending in the store, so the backfill finds them once the broker is back.
                }
            }

            // An extractor may fail them again as fast as this resets them: that is no reason to go on, and they count once.
            if (fresh == 0)
            {
                break;
            }
        }

        Log.FailuresRetried(logger, seen.Count);
        return seen.Count;
    }
}
