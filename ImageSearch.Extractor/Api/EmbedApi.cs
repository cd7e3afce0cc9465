using System.Text;
using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>What searches ask: one picture in, its vector out.</summary>
internal static class EmbedApi
{
    /// <summary>Bytes of a text at most: far more than a tokenizer reads of it.</summary>
    private const int MaximumTextBytes = 8192;

    public static void MapEmbedApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/embed", EmbedAsync).AddEndpointFilter<ProblemFilter>();
        app.MapPost("/embed/text", EmbedTextAsync).AddEndpointFilter<ProblemFilter>();
    }

    // A caller that gives up hangs up, and one whose time is up (X-Deadline-Ms) is cancelled too: nothing is decoded or embedded for
    // either.
    private static async Task<Ok<EmbedResponse>> EmbedAsync(
        HttpRequest request,
        string? crop,
        QueryEmbedding queries,
        IOptions<ImageLimits> limits,
        ExtractorTelemetry telemetry,
        CancellationToken cancellationToken)
    {
        return TypedResults.Ok(await InTimeAsync(
            queries.EmbedAsync(crop, token => RequestBody.ReadAsync(request, limits.Value.MaximumBytes, token), cancellationToken),
            telemetry));
    }

    /// <summary>Words in (UTF-8), their vector out.</summary>
    private static async Task<Ok<EmbedResponse>> EmbedTextAsync(
        HttpRequest request, QueryEmbedding queries, ExtractorTelemetry telemetry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await InTimeAsync(
            queries.EmbedTextAsync(token => ReadTextAsync(request, token), cancellationToken), telemetry));

    private static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString((await RequestBody.ReadAsync(request, MaximumTextBytes, cancellationToken)).Span);
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "too-large", $"The text has more than {MaximumTextBytes:N0} bytes. Shorten it.", e);
        }
    }

    private static async Task<EmbedResponse> InTimeAsync(Task<EmbedResponse> embedding, ExtractorTelemetry telemetry)
    {
        try
        {
            return await embedding;
        }
        catch (OperationCanceledException) when (Deadline.Current?.Remaining == TimeSpan.Zero)
        {
            telemetry.Expired();
            throw;
        }
    }
}
