using System.Runtime.InteropServices;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Api;

/// <summary>The index server's internal API: search and stats.</summary>
internal static class IndexApi
{
    public static void MapIndexApi(this IEndpointRouteBuilder app)
    {
        // A plain delegate: binding, filters and results of a typed handler cost more than the rest of the way.
        app.MapPost("/search", app.ServiceProvider.GetRequiredService<SearchEndpoint>().HandleAsync);
        app.MapGet("/stats", Stats);
        app.MapPost("/stats", StatsOfAsync).AddEndpointFilter<ProblemFilter>();
    }

    /// <summary>
    /// The same, but the scores are those of the vector in the body (float32 little-endian) against pictures drawn at random.
    /// </summary>
    private static async Task<Ok<IndexStats>> StatsOfAsync(
        HttpRequest request, IndexStatistics statistics, IOptions<IndexOptions> options, CancellationToken cancellationToken)
    {
        var bytes = new byte[(options.Value.Dimension * sizeof(float)) + 1];
        if (await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) != bytes.Length - 1)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid-vector", $"Send one vector of {options.Value.Dimension} floats.");
        }

        return TypedResults.Ok(statistics.ReadFor(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()[..^1])));
    }

    private static Ok<IndexStats> Stats(IndexStatistics statistics) => TypedResults.Ok(statistics.Read());
}
