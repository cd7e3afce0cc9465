using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Overload;

namespace ImageSearch.Web.Search;

/// <summary>Answers a search with the model that it names; without a name, with the first of the chosen order that can answer.</summary>
internal sealed class SearchService(
    ModelChooser chooser, ModelFallback fallback, QueryPictureReader reader, ModelSearcher searcher, OverloadGates gates,
    SearchTelemetry telemetry, TimeProvider time)
{
    /// <exception cref="ProblemException">The search cannot be answered; when no model can, what hindered the first.</exception>
    public async Task<SearchResponse> SearchAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var models = chooser.Choose(query.Parameters.Model, query.Parameters.Client, query.HasText);
        using var activity = SearchTelemetry.Source.StartActivity("search");
        var (model, outcome) = (models[0].Name, "error");
        try
        {
            var response = await SearchAsync(query, models, start, cancellationToken);
            (model, outcome) = (response.Model, response.Partial ? "partial" : "ok");
            return response;
        }
        catch (ProblemException e)
        {
            outcome = e.Status >= StatusCodes.Status500InternalServerError ? "unavailable" : "refused";
            throw;
        }
        finally
        {
            activity?.SetTag("imagesearch.model", model);
            activity?.SetTag("imagesearch.outcome", outcome);
            telemetry.Record(time.GetElapsedTime(start), model, outcome);
        }
    }

    private async Task<SearchResponse> SearchAsync(
        SearchQuery query, IReadOnlyList<ModelRoute> models, long start, CancellationToken cancellationToken)
    {
        if (query.Cursor is { } cursor && models[0].Version != cursor.Model.Version)
        {
            throw Problem.CursorExpired();
        }

        var picture = new QueryPicture(query.Source, source => reader.ReadAsync(source, cancellationToken));
        await picture.FetchAsync();
        using var place = await gates.Searches.EnterAsync(cancellationToken);
        return await fallback.AskAsync(models, model => searcher.SearchAsync(picture, query, model, start, cancellationToken));
    }
}
