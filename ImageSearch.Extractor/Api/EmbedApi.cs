using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>What searches ask: one picture in, its vector out.</summary>
internal static class EmbedApi
{
    public static void MapEmbedApi(this IEndpointRouteBuilder app) => app.MapPost("/embed", EmbedAsync).AddEndpointFilter<ProblemFilter>();

    // A caller that gives up hangs up, which cancels: over HTTP the deadline need not be sent.
    private static async Task<Ok<EmbedResponse>> EmbedAsync(
        HttpRequest request, string? crop, QueryEmbedding queries, IOptions<ImageLimits> limits, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.EmbedAsync(crop, token => RequestBody.ReadAsync(request, limits.Value.MaximumBytes, token), cancellationToken).ConfigureAwait(false));
}
