using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// Finds parts of rankings. A part begins where the one before ended, by score and id, and is cut out of the ranking from its first place
/// on: shards know no other. Where what they gave does not settle it (ties, pictures that were added meanwhile, groups), they are asked for
/// more.
/// </summary>
internal sealed class ResultPager(ShardSearcher shards, IImageStore store, IOptions<SearchOptions> options, ILogger<ResultPager> logger)
{
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
        var copies = new CopyCheck();
        for (var isDeepest = depth >= options.Value.MaximumDepth; ; isDeepest = depth >= options.Value.MaximumDepth)
        {
            var ranking = Ranking.Of(
                [.. answers.Where(answer => answer.Response is not null).Select(answer => answer.Response!.Results[query])],
                depth,
                request.Excluded,
                parameters.MinScore);
            var groups = await GroupAsync(model, ranking.Hits, request.Group, vectors, copies, cancellationToken);
            if (RankPage.Cut(groups, request, ranking.SettledAbove, isDeepest) is { } page)
            {
                return new FoundPage(page, answers, await FindCopiesAsync(model, page, request.Fingerprint, copies, cancellationToken));
            }

            (depth, query) = (Math.Min(options.Value.MaximumDepth, Math.Max(4 * depth, 64)), 0);
            answers = await AskAsync(model, parameters, [request], depth, cancellationToken);
        }
    }

    /// <summary>
    /// One more than is wanted tells whether there is more. With groups a quarter more at once: every hit is to be compared with others,
    /// and few collections have more copies than that. Those that have are looked into deeper.
    /// </summary>
    private int Depth(PageRequest request)
    {
        var results = request.Given + request.K + 1;
        return Math.Min(options.Value.MaximumDepth, (request.Group ? results + (results / 4) + 4 : results) + request.Excluded.Count);
    }

    private async Task<IReadOnlyList<ShardAnswer>> AskAsync(
        ModelRoute model, SearchParameters parameters, IReadOnlyList<PageRequest> requests, int depth, CancellationToken cancellationToken)
    {
        byte[] vectors = requests.Count == 1 ? requests[0].Vector : [.. requests.SelectMany(request => request.Vector)];
        var answers = await shards.SearchAsync(model, vectors, parameters with { K = depth }, cancellationToken);
        return answers.Any(answer => answer.Response is not null) ? answers : throw Problem.IndexUnavailable(model, answers[0].Error!);
    }

    private async Task<IReadOnlyList<HitGroup>> GroupAsync(
        ModelRoute model, IReadOnlyList<RankedHit> hits, bool group, Dictionary<ImageId, ReadOnlyMemory<float>> vectors, CopyCheck copies,
        CancellationToken cancellationToken)
    {
        if (!group)
        {
            return [.. hits.Select(hit => new HitGroup(hit, []))];
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.DescribeTimeout);
        ImageId[] unknown = [.. hits.Select(hit => hit.Id).Where(id => !vectors.ContainsKey(id))];
        foreach (var (id, vector) in await ReadAsync(unknown, store.FindVectorsAsync, model, deadline.Token, cancellationToken))
        {
            vectors[id] = vector;
        }

        var neighbours = DuplicateFolding.Neighbours(hits, vectors, CopyCheck.LeastCosine);
        var proposed = neighbours.SelectMany((of, i) => of.Select(neighbour => neighbour.Place).Append(i).Where(_ => of.Count > 0))
            .Distinct().Select(place => hits[place].Id);
        await AddFingerprintsAsync(proposed, model, copies, deadline.Token, cancellationToken);
        return DuplicateFolding.Fold(hits, neighbours, copies.IsCopy);
    }

    /// <returns>The results that show the picture that is looked for.</returns>
    private async Task<IReadOnlySet<ImageId>> FindCopiesAsync(
        ModelRoute model, RankPage page, PictureFingerprint? fingerprint, CopyCheck copies, CancellationToken cancellationToken)
    {
        RankedHit[] proposed = fingerprint is null
            ? []
            : [.. page.Groups.Select(group => group.Leader).Where(hit => hit.Score >= CopyCheck.LeastCosine)];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.DescribeTimeout);
        await AddFingerprintsAsync(proposed.Select(hit => hit.Id), model, copies, deadline.Token, cancellationToken);
        return proposed.Where(hit => copies.IsCopy(fingerprint, hit.Id, hit.Score)).Select(hit => hit.Id).ToHashSet();
    }

    private async Task AddFingerprintsAsync(
        IEnumerable<ImageId> ids, ModelRoute model, CopyCheck copies, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var missing = copies.Missing(ids);
        copies.Add(missing, await ReadAsync(missing, store.FindFingerprintsAsync, model, deadline, cancellationToken));
    }

    /// <returns>Nothing when the store is away or slow: the ranking is there, and is shown without what this would tell.</returns>
    private async Task<IReadOnlyDictionary<ImageId, T>> ReadAsync<T>(
        IReadOnlyCollection<ImageId> ids,
        Func<ModelKey, IReadOnlyCollection<ImageId>, CancellationToken, Task<IReadOnlyDictionary<ImageId, T>>> read,
        ModelRoute model,
        CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            try
            {
                return await read(model.Key, ids, deadline);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NotGrouped(logger, e is OperationCanceledException ? "no answer in time" : e.Message);
            }
        }

        return new Dictionary<ImageId, T>();
    }
}

/// <summary>A part of a ranking.</summary>
/// <param name="Vector">What to look for: float32 little-endian.</param>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="After">Where the part before ended; null from the start.</param>
/// <param name="Given">Results of all parts before.</param>
/// <param name="Excluded">Pictures that are no results.</param>
/// <param name="Group">Copies of a picture are one result.</param>
/// <param name="Fingerprint">Of the picture that is looked for; null when it has none, or there are several.</param>
internal sealed record PageRequest(
    byte[] Vector, int K, RankPosition? After, int Given, IReadOnlySet<ImageId> Excluded, bool Group,
    PictureFingerprint? Fingerprint = null);

/// <summary>A part of a ranking, and what the shards answered that it is made of.</summary>
/// <param name="Copies">Results that show the picture that was looked for.</param>
internal sealed record FoundPage(RankPage Page, IReadOnlyList<ShardAnswer> Answers, IReadOnlySet<ImageId> Copies);
