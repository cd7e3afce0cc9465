using ImageSearch.Core.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Index.Api;

/// <summary>The index server's internal API: search and stats.</summary>
internal static class IndexApi
{
    public static void MapIndexApi(this IEndpointRouteBuilder app)
    {
        // A plain delegate: binding, filters and results of a typed handler cost more than the rest of the way.
        app.MapPost("/search", app.ServiceProvider.GetRequiredService<SearchEndpoint>().HandleAsync);
        app.MapGet("/stats", Stats);
    }

    private static Ok<IndexStats> Stats(IndexStatistics statistics) => TypedResults.Ok(statistics.Read());
}
