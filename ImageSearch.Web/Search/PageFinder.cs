using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// Finds parts of rankings. A part begins where the one before ended, by score and id, and is cut out of the ranking from its first place on:
/// shards know no other. Where what they gave does not settle it (ties, pictures that were added meanwhile, groups), they are asked for more.
/// </summary>
internal sealed class PageFinder(ShardSearcher shards, IImageStore store, IOptions<SearchOptions> options, ILogger<PageFinder> logger)
{
    /// <summary>What groups are made with while it is not known from which score on two pictures are the same.</summary>
    private const double Equal = 0.9999;

    /// <param name="requests">At least one; all vectors go to each shard in one call.</param>
    /// <exception cref="ProblemException">No shard answered.</exception>
    public async Task<IReadOnlyList<FoundPage>> FindAsync(
        ModelRoute model, SearchParameters parameters, IReadOnlyList<PageRequest> requests, CancellationToken cancellationToken)
    {
        var depth = requests.Max(Depth);
        var answers = await AskAsync(model, parameters, requests, depth, cancellationToken);
        var pages = new FoundPage[requests.Count];
        for (var i = 0; i < pages.Length; i++)
        {
            pages[i] = await FindAsync(model, parameters, requests[i], answers, i, depth, cancellationToken);
        }

        return pages;
    }

    private async Task<FoundPage> FindAsync(
        ModelRoute model,
        SearchParameters parameters,
        PageRequest request,
        IReadOnlyList<ShardAnswer> answers,
        int query,
        int depth,
        CancellationToken cancellationToken)
    {
        var vectors = new Dictionary<ImageId, ReadOnlyMemory<float>>();
        for (var isDeepest = depth >= options.Value.MaximumDepth; ; isDeepest = depth >= options.Value.MaximumDepth)
        {
            var ranking = Ranking.Of([.. answers.Where(answer => answer.Response is not null).Select(answer => answer.Response!.Results[query])], depth, request.Excluded, parameters.MinScore);
            var groups = await GroupAsync(model, ranking.Hits, request.GroupAbove, vectors, cancellationToken);
            if (RankPage.Cut(groups, request, ranking.SettledAbove, isDeepest) is { } page)
            {
                return new FoundPage(page, answers);
            }

            (depth, query) = (Math.Min(options.Value.MaximumDepth, Math.Max(4 * depth, 64)), 0);
            answers = await AskAsync(model, parameters, [request], depth, cancellationToken);
        }
    }

    /// <summary>One more than is wanted tells whether there is more; with groups, some more at once.</summary>
    private int Depth(PageRequest request)
    {
        var results = request.Given + request.K + 1;
        return Math.Min(options.Value.MaximumDepth, (request.GroupAbove is null ? results : 3 * results) + request.Excluded.Count);
    }

    private async Task<IReadOnlyList<ShardAnswer>> AskAsync(
        ModelRoute model, SearchParameters parameters, IReadOnlyList<PageRequest> requests, int depth, CancellationToken cancellationToken)
    {
        byte[] vectors = requests.Count == 1 ? requests[0].Vector : [.. requests.SelectMany(request => request.Vector)];
        var answers = await shards.SearchAsync(model, vectors, parameters with { K = depth }, cancellationToken);
        return answers.Any(answer => answer.Response is not null) ? answers : throw Problem.IndexUnavailable(model, answers[0].Error!);
    }

    private async Task<IReadOnlyList<HitGroup>> GroupAsync(
        ModelRoute model, IReadOnlyList<RankedHit> hits, double? above, Dictionary<ImageId, ReadOnlyMemory<float>> vectors, CancellationToken cancellationToken)
    {
        if (above is not { } alike)
        {
            return [.. hits.Select(hit => new HitGroup(hit, []))];
        }

        await AddVectorsAsync(model, [.. hits.Select(hit => hit.Id).Where(id => !vectors.ContainsKey(id))], vectors, cancellationToken);
        return DuplicateFolding.Fold(hits, vectors, alike);
    }

    private async Task AddVectorsAsync(
        ModelRoute model, IReadOnlyCollection<ImageId> ids, Dictionary<ImageId, ReadOnlyMemory<float>> vectors, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.DescribeTimeout);
        try
        {
            foreach (var (id, vector) in await store.FindVectorsAsync(model.Key, ids, deadline.Token))
            {
                vectors[id] = vector;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The ranking is there: it is shown without groups.
            Log.NotGrouped(logger, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
    }

    /// <returns>What pictures are grouped by, where that is asked for.</returns>
    public static double? GroupAbove(SearchParameters parameters, Relevance.Calibration? calibration) =>
        parameters.Group ? calibration?.SamePicture ?? Equal : null;
}
