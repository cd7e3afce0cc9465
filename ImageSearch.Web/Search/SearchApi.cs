using ImageSearch.Web.Components.Search;
using ImageSearch.Web.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Search;

/// <summary><c>POST /api/v1/search</c>.</summary>
internal static class SearchApi
{
    public static RouteGroupBuilder MapSearchApi(this RouteGroupBuilder api)
    {
        api.MapPost("/search", SearchAsync)
            .WithName("search")
            .WithTags("Search")
            .WithSummary("Find the pictures that look most like one")
            .WithDescription(
                "The picture is sent as the part `file` of a form, or named by a JSON body with `url` or `imageId`. "
                + "The other parameters stand in the query string, in form fields or in the JSON body (which win over the query string). "
                + "With `Accept: text/html` the answer is the fragment that the search page shows.")
            .WithSearchRequestBody()
            .Produces<SearchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        return api;
    }

    private static async Task<Results<Ok<SearchResponse>, RazorComponentResult<SearchAnswer>>> SearchAsync(
        HttpContext context, SearchRequestReader reader, SearchService search, CancellationToken cancellationToken)
    {
        var query = await reader.ReadAsync(context.Request, cancellationToken);
        var response = await search.SearchAsync(query, cancellationToken);
        context.Response.Headers["Server-Timing"] = response.TookMs.ToHeader();
        return WantsHtml(context.Request)
            ? new RazorComponentResult<SearchAnswer>(new { Response = response, Options = SearchLinks.Options(query.Parameters) })
            : TypedResults.Ok(response);
    }

    private static bool WantsHtml(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
