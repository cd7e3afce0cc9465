using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Overload;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.Web.Search;

/// <summary>Answers several searches with one model: the one that they name, or the first of the chosen order that can answer.</summary>
internal sealed class BatchService(
    ModelChooser chooser, ModelFallback fallback, QueryPictureReader reader, ModelSearcher searcher, OverloadGates gates,
    SearchTelemetry telemetry, TimeProvider time)
{
    private const int FetchedAtOnce = 8;

    /// <param name="queries">At least one; all with the same parameters.</param>
    /// <exception cref="ProblemException">None can be answered, for a reason that is none of theirs.</exception>
    public async Task<BatchResponse> SearchAsync(IReadOnlyList<SearchQuery> queries, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var models = chooser.Choose(queries[0].Parameters.Model, queries[0].Parameters.Client);
        using var activity = SearchTelemetry.Source.StartActivity("search-batch");
        activity?.SetTag("imagesearch.queries", queries.Count);
        var pictures = queries.Select(query => (
            Picture: new QueryPicture(query.Source, source => reader.ReadAsync(source, cancellationToken)), Query: query)).ToList();
        await FetchAsync(pictures.Select(search => search.Picture), cancellationToken);
        using var place = await gates.Searches.EnterAsync(cancellationToken);
        try
        {
            return await fallback.AskAsync(models, async model =>
            {
                var outcomes = await searcher.SearchAsync(pictures, model, start, cancellationToken);
                Record(outcomes, model, time.GetElapsedTime(start));
                return Create(outcomes, time.GetElapsedTime(start));
            });
        }
        catch (ProblemException e) when (Problem.IsOfTheModel(e))
        {
            telemetry.Record(time.GetElapsedTime(start), models[0].Name, "unavailable");
            throw;
        }
    }

    private static Task FetchAsync(IEnumerable<QueryPicture> pictures, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        pictures,
        new ParallelOptions { MaxDegreeOfParallelism = FetchedAtOnce, CancellationToken = cancellationToken },
        async (picture, _) =>
        {
            try
            {
                await picture.FetchAsync();
            }
            catch (ProblemException)
            {
                // It is the answer to this one search, which meets it again when its picture is embedded.
            }
        });

    /// <summary>Every picture is a search that someone waited for.</summary>
    private void Record(IReadOnlyList<SearchOutcome> outcomes, ModelRoute model, TimeSpan elapsed)
    {
        foreach (var outcome in outcomes)
        {
            telemetry.Record(elapsed, model.Name, outcome switch
            {
                { Response.Partial: true } => "partial",
                { Response: not null } => "ok",
                { Problem.Status: >= StatusCodes.Status500InternalServerError } => "unavailable",
                _ => "refused",
            });
        }
    }

    private static BatchResponse Create(IReadOnlyList<SearchOutcome> outcomes, TimeSpan elapsed)
    {
        SearchTimes[] times = [.. outcomes.Where(outcome => outcome.Response is not null).Select(outcome => outcome.Response!.TookMs)];
        return new BatchResponse(
            [.. outcomes.Select(outcome => new BatchAnswer(outcome.Response, outcome.Problem is { } problem ? Shown(problem) : null))],
            new SearchTimes(
                Math.Round(times.Sum(time => time.Decode), 3),
                Math.Round(times.Sum(time => time.Embed), 3),
                times.Length == 0 ? 0 : times[0].Search,
                Math.Round(elapsed.TotalMilliseconds, 3)));
    }

    /// <summary>As it would be the answer of a search of its own.</summary>
    private static ImageSearchProblem Shown(ProblemException problem) => new()
    {
        Type = Problems.TypePrefix + problem.Slug,
        Title = ReasonPhrases.GetReasonPhrase(problem.Status),
        Status = problem.Status,
        Detail = problem.Message,
    };
}

/// <summary>One search of several: its answer, or why it has none.</summary>
internal sealed record SearchOutcome(SearchResponse? Response, ProblemException? Problem);
