using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>What searches ask: one picture in, its vector out.</summary>
internal static class EmbedApi
{
    public static void MapEmbedApi(this IEndpointRouteBuilder app) => app.MapPost("/embed", EmbedAsync).AddEndpointFilter<ProblemFilter>();

    // A caller that gives up hangs up, and one whose time is up (X-Deadline-Ms) is cancelled too: nothing is decoded or embedded for either.
    private static async Task<Ok<EmbedResponse>> EmbedAsync(
        HttpRequest request,
        string? crop,
        QueryEmbedding queries,
        IOptions<ImageLimits> limits,
        ExtractorTelemetry telemetry,
        CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await queries.EmbedAsync(crop, token => RequestBody.ReadAsync(request, limits.Value.MaximumBytes, token), cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (Deadline.Current?.Remaining == TimeSpan.Zero)
        {
            telemetry.Expired();
            throw;
        }
    }
}
