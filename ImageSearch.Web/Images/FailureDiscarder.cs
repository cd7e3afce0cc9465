using ImageSearch.Core.Store;

namespace ImageSearch.Web.Images;

/// <summary>Gives pictures up that a model could not take: they are deleted.</summary>
internal sealed class FailureDiscarder(IImageStore store, ImageRemover remover, ILogger<FailureDiscarder> logger)
{
    private const int PageSize = 500;

    /// <returns>How many pictures were deleted.</returns>
    public async Task<int> DiscardAsync(FailureFilter filter, CancellationToken cancellationToken)
    {
        var (discarded, removed) = (0, 0);
        do
        {
            // Always the first page: what was on it is gone. One that was put back to work meanwhile is not on it, and stays.
            var page = await store.ListFailuresAsync(filter, PageSize, null, cancellationToken);
            removed = await remover.RemoveAsync([.. page.Failures.Select(failure => failure.Id).Distinct()], cancellationToken);
            discarded += removed;
        }
        while (removed > 0);
        Log.FailuresDiscarded(logger, discarded);
        return discarded;
    }
}
