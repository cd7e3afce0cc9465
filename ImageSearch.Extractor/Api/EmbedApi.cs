using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Store;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>What searches ask: one picture in, its vector out.</summary>
internal static class EmbedApi
{
    public static void MapEmbedApi(this IEndpointRouteBuilder app) => app.MapPost("/embed", EmbedAsync).AddEndpointFilter<ProblemFilter>();

    private static async Task<Ok<EmbedResponse>> EmbedAsync(
        HttpRequest request,
        string? crop,
        EmbeddingScheduler scheduler,
        ModelHost host,
        QueryGate gate,
        IOptions<ModelOptions> model,
        IOptions<ImageLimits> limits,
        CancellationToken cancellationToken)
    {
        CropRectangle? part = null;
        if (crop is not null)
        {
            if (!CropRectangle.TryParse(crop, out var parsed))
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "invalid-crop", "Give crop as x,y,w,h in fractions of the picture, 0 to 1, inside it.");
            }

            part = parsed;
        }

        if (!host.IsLoaded)
        {
            throw Unavailable("model-loading", "The model is being loaded. Try again in a few seconds.");
        }

        if (!gate.TryEnter())
        {
            throw Unavailable("busy", "Too many searches at once. Try again in a second.");
        }

        try
        {
            var content = await RequestBody.ReadAsync(request, limits.Value.MaximumBytes, cancellationToken).ConfigureAwait(false);
            var embedding = await scheduler.EmbedAsync(content, part, EmbeddingPriority.Query, cancellationToken).ConfigureAwait(false);
            return TypedResults.Ok(new EmbedResponse(
                model.Value.Version, VectorBytes.From(embedding.Vector), embedding.Labels.Count == 0 ? null : embedding.Labels, embedding.Times));
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(StatusOf(e.Problem), e.Problem, e.Message, e);
        }
        finally
        {
            gate.Leave();
        }
    }

    private static int StatusOf(string problem) => problem switch
    {
        ImageProblems.Empty => StatusCodes.Status400BadRequest,
        ImageProblems.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ImageProblems.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static ProblemException Unavailable(string slug, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, slug, detail) { RetryAfter = TimeSpan.FromSeconds(1) };
}
