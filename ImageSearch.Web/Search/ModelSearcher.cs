using System.Collections.Frozen;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Relevance;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// Searches with one model: 1. embed the pictures; 2. ask every shard at once, for all of them in one call; 3. merge, fold, cut; 4. add
/// what is known of each picture, and what its score means.
/// </summary>
internal sealed class ModelSearcher(
    QueryEmbedder embedder, ResultPager pages, PictureDescriptions descriptions, Calibrations calibrations, IOptions<SearchOptions> options,
    TimeProvider time)
{
    /// <summary>Pictures of one batch that are embedded at the same time: an extractor's batch, and not all of its queue.</summary>
    private const int EmbeddedAtOnce = 8;

    /// <param name="start">When the search began, as a timestamp of the clock.</param>
    /// <exception cref="ProblemException">The search cannot be answered.</exception>
    public async Task<SearchResponse> SearchAsync(
        QueryPicture picture, SearchQuery query, ModelRoute model, long start, CancellationToken cancellationToken)
    {
        var calibrating = query.HasText ? null : CalibrateAsync(query, model, cancellationToken);
        Embedding embedding;
        using (SearchTelemetry.Source.StartActivity("embed"))
        {
            embedding = await embedder.EmbedAsync(picture, model, query.Parameters.Crop, cancellationToken);
        }

        // Words and pictures lie apart: what their scores mean is measured for each search.
        calibrating ??= calibrations.MeasureAsync(model, embedding.Vector, cancellationToken);
        return (await FindAsync(model, [new Prepared(query, embedding)], calibrating, start, cancellationToken))[0];
    }

    /// <summary>Several searches with the same parameters. Those whose pictures are refused have their problem for an answer.</summary>
    /// <exception cref="ProblemException">None can be answered.</exception>
    public async Task<IReadOnlyList<SearchOutcome>> SearchAsync(
        IReadOnlyList<(QueryPicture Picture, SearchQuery Query)> searches, ModelRoute model, long start,
        CancellationToken cancellationToken)
    {
        var calibrating = calibrations.FindAsync(model, cancellationToken);
        var outcomes = new SearchOutcome[searches.Count];
        var prepared = new Prepared?[searches.Count];
        using (SearchTelemetry.Source.StartActivity("embed"))
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = EmbeddedAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, searches.Count, parallel, async (i, token) =>
            {
                var (picture, query) = searches[i];
                try
                {
                    prepared[i] = new Prepared(query, await embedder.EmbedAsync(picture, model, query.Parameters.Crop, token));
                }
                catch (ProblemException e)
                {
                    outcomes[i] = new SearchOutcome(null, e);
                }
            });
        }

        if (prepared.OfType<Prepared>().ToList() is not { Count: > 0 } found)
        {
            return outcomes.Select(outcome => outcome.Problem!).FirstOrDefault(Problem.IsOfTheModel) is { } unavailable
                ? throw unavailable
                : outcomes;
        }

        var responses = new Queue<SearchResponse>(await FindAsync(model, found, calibrating, start, cancellationToken));
        return [.. outcomes.Select((outcome, i) => prepared[i] is null ? outcome : new SearchOutcome(responses.Dequeue(), null))];
    }

    private async Task<IReadOnlyList<SearchResponse>> FindAsync(
        ModelRoute model, IReadOnlyList<Prepared> searches, Task<Calibration?> calibrating, long start, CancellationToken cancellationToken)
    {
        var searchStart = time.GetTimestamp();
        IReadOnlyList<FoundPage> found;
        using (SearchTelemetry.Source.StartActivity("shards"))
        {
            found = await pages.FindAsync(model, searches[0].Query.Parameters, [.. searches.Select(ToRequest)], cancellationToken);
        }

        var searched = time.GetElapsedTime(searchStart);
        var (pictures, complete) = await descriptions.FindAsync(
            model.Key, [.. found.SelectMany(SearchAnswers.Pictures).Distinct()], cancellationToken);
        var calibration = await calibrating;
        var total = time.GetElapsedTime(start);
        return [.. found.Select((page, i) => SearchAnswers.Create(
            model, searches[i].Query, searches[i].Embedding, calibration, page, pictures, complete, options.Value.MaximumDepth,
            Times(searches[i].Embedding)))];

        PageRequest ToRequest(Prepared search)
        {
            var (parameters, cursor) = (search.Query.Parameters, search.Query.Cursor);
            return new PageRequest(
                search.Embedding.Vector,
                Math.Min(parameters.K, options.Value.MaximumDepth - (cursor?.Given ?? 0)),
                cursor?.After,
                cursor?.Given ?? 0,
                search.Query.Excluded.Count == 0 ? FrozenSet<ImageId>.Empty : search.Query.Excluded.ToHashSet(),
                parameters.Group,
                search.Embedding.Fingerprint);
        }

        SearchTimes Times(Embedding embedding) => new(
            Milliseconds(embedding.TookMs.Decode), Milliseconds(embedding.TookMs.Embed), Milliseconds(searched.TotalMilliseconds),
            Milliseconds(total.TotalMilliseconds));
    }

    /// <summary>What judged the results before also judges those that follow.</summary>
    private Task<Calibration?> CalibrateAsync(SearchQuery query, ModelRoute model, CancellationToken cancellationToken) =>
        query.Cursor is { } cursor ? Task.FromResult(cursor.Calibration)
        : calibrations.FindAsync(model, cancellationToken);

    private static double Milliseconds(double value) => Math.Round(value, 3);

    private sealed record Prepared(SearchQuery Query, Embedding Embedding);
}
