using System.Globalization;
using ImageSearch.Web.Components.Search;
using ImageSearch.Web.Images;
using ImageSearch.Web.OpenApi;
using ImageSearch.Web.Security;
using ImageSearch.Web.Security.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Search;

/// <summary><c>POST /api/v1/search</c>, many searches in one call, and <c>GET /api/v1/images/{id}/similar</c>.</summary>
internal static class SearchApi
{
    /// <summary>The models whose answers the page shows side by side, separated by commas.</summary>
    private const string Models = "models";

    public static RouteGroupBuilder MapSearchApi(this RouteGroupBuilder api)
    {
        api.MapPost("/search", SearchAsync)
            .WithName("search")
            .WithTags("Search")
            .IsSearch()
            .WithSummary("Find the pictures that look most like one, or that words describe")
            .WithDescription(
                "The picture is sent as the part `file` of a form, or named by a JSON body with `url` or `imageId`. Words are `text`. Several pictures of the "
                + "collection are `positive` and `negative` examples, with or without a file or words. A body with the `cursor` of an earlier answer alone goes on with it. "
                + "The other parameters stand in the query string, in form fields or in the JSON body (which win over the query string). "
                + "With `Accept: text/html` the answer is the fragment that the search page shows.")
            .WithSearchRequestBody()
            .Produces<SearchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        api.MapGet("/search", SearchByTextAsync)
            .IsSearch()
            .WithName("searchByText")
            .WithTags("Search")
            .WithSummary("Find the pictures that words describe")
            .WithDescription("The same as a search with `text` alone. It needs a model that knows words: `words` in the list of models.")
            .WithSearchParameters(SearchExamplesReader.Text)
            .Produces<SearchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        // Part of the page and not of the API.
        api.MapPost("/search/columns", ShowColumnsAsync).IsSearch().ExcludeFromDescription().TakesQuery(
            [Models, .. SearchParametersReader.Names]);
        api.MapPost("/search/batch", SearchBatchAsync)
            .IsSearch()
            .WithName("searchBatch")
            .WithTags("Search")
            .WithSummary("Find the pictures that look most like each of several")
            .WithDescription(
                "Up to 32 pictures: parts `file` of a form, or `queries` in a JSON body, each with `url` or `imageId`. The parameters are the same for all, "
                + "and so is the model. The answers come in the order of the pictures; one that is refused has an `error` instead of results.")
            .WithBatchRequestBody()
            .Produces<BatchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        api.MapGet("/images/{id}/similar", SimilarAsync)
            .IsSearch()
            .WithName("similarImages")
            .WithTags("Search")
            .WithSummary("Find the pictures that look most like one of the collection")
            .WithDescription(
                "A search by the picture, which itself is not among the results. More follow with `next` as the `cursor` of a search.")
            .WithSearchParameters()
            .Produces<SearchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        return api;
    }

    private static async Task<Results<Ok<SearchResponse>, RazorComponentResult<SearchAnswer>>> SearchAsync(
        HttpContext context, SearchRequestReader reader, SearchService search, CancellationToken cancellationToken) =>
        await AnswerAsync(context, search, await reader.ReadAsync(context.Request, cancellationToken), cancellationToken);

    private static async Task<Results<Ok<SearchResponse>, RazorComponentResult<SearchAnswer>>> SearchByTextAsync(
        HttpContext context, SearchRequestReader reader, SearchService search, CancellationToken cancellationToken) =>
        await AnswerAsync(context, search, reader.ReadText(context.Request), cancellationToken);

    private static async Task<Results<Ok<SearchResponse>, RazorComponentResult<SearchAnswer>>> SimilarAsync(
        string id, HttpContext context, SearchRequestReader reader, SearchService search, CancellationToken cancellationToken) =>
        await AnswerAsync(context, search, reader.ReadSimilar(context.Request, ImageRequests.Id(id)), cancellationToken);

    private static async Task<RazorComponentResult<SearchColumns>> ShowColumnsAsync(
        HttpContext context, SearchRequestReader reader, SearchService search, RateLimits limits, CancellationToken cancellationToken)
    {
        string[] models = [.. context.Request.Query[Models].ToString().Split(
            ',', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        var query = await reader.ReadAsync(context.Request, cancellationToken);
        limits.Count(context, Math.Max(1, models.Length));
        var answers = await ModelAnswer.SearchAsync(search, query, models, cancellationToken);
        return new RazorComponentResult<SearchColumns>(new { Answers = answers, Options = SearchLinks.Options(query.Parameters) });
    }

    private static async Task<Ok<BatchResponse>> SearchBatchAsync(
        HttpContext context, SearchRequestReader reader, BatchService batch, RateLimits limits, CancellationToken cancellationToken)
    {
        var queries = await reader.ReadBatchAsync(context.Request, cancellationToken);
        limits.Count(context, queries.Count);
        var response = await batch.SearchAsync(queries, cancellationToken);
        context.Response.Headers["Server-Timing"] = ServerTiming(response.TookMs);
        return TypedResults.Ok(response);
    }

    private static async Task<Results<Ok<SearchResponse>, RazorComponentResult<SearchAnswer>>> AnswerAsync(
        HttpContext context, SearchService search, SearchQuery query, CancellationToken cancellationToken)
    {
        var response = await search.SearchAsync(query, cancellationToken);
        context.Response.Headers["Server-Timing"] = ServerTiming(response.TookMs);
        return WantsHtml(context.Request)
            ? new RazorComponentResult<SearchAnswer>(new { Response = response, Options = SearchLinks.Options(query.Parameters) })
            : TypedResults.Ok(response);
    }

    private static bool WantsHtml(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static string ServerTiming(SearchTimes took) => string.Create(
        CultureInfo.InvariantCulture,
        $"decode;dur={took.Decode:0.###}, embed;dur={took.Embed:0.###}, search;dur={took.Search:0.###}, total;dur={took.Total:0.###}");
}
