using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Fetching;

/// <summary>
/// <c>POST /fetch</c> {"url"}: the picture's bytes, with the media type found in them. For search by URL, so that only this service
/// fetches.
/// </summary>
internal static class FetchApi
{
    private const int MaximumRequestBytes = 32 * 1024;

    public static RouteHandlerBuilder MapFetch(this IEndpointRouteBuilder app) =>
        app.MapPost("/fetch", FetchAsync).AddEndpointFilter<ProblemFilter>().WithMetadata(
            new RequestSizeLimitAttribute(MaximumRequestBytes));

    private static async Task<FileContentHttpResult> FetchAsync(
        HttpContext context, PictureFetcher fetcher, IOptions<ImageLimits> limits)
    {
        var request = await JsonBody.ReadAsync<FetchRequest>(context.Request);
        try
        {
            var buffer = await fetcher.FetchAsync(request.Url, context.RequestAborted);
            context.Response.RegisterForDispose(buffer); // the answer is written after this method
            return TypedResults.Bytes(buffer.Content, ImageInspector.Inspect(buffer.Content, limits.Value).ContentType);
        }
        catch (FetchException e)
        {
            throw new ProblemException(Status(e.Failure), e.Problem, e.Message, e);
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(Status(FetchFailure.NotAPicture), "not-a-picture", $"not a picture: {e.Message}", e);
        }
    }

    /// <summary>Never 5xx: this service did its work, and whoever retries on 5xx would only repeat what failed.</summary>
    private static int Status(FetchFailure failure) => failure switch
    {
        FetchFailure.InvalidUrl or FetchFailure.AddressNotAllowed => StatusCodes.Status400BadRequest,
        FetchFailure.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
