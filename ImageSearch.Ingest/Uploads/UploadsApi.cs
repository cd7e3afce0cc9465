using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.Ingest.Intake;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Ingest.Uploads;

/// <summary><c>POST /images</c>: one or more <c>file</c> parts and any number of <c>tag</c> fields, before or behind the files.</summary>
internal static class UploadsApi
{
    private const int BoundaryLimit = 128;

    public static RouteHandlerBuilder MapUploads(this IEndpointRouteBuilder app) =>
        app.MapPost("/images", UploadAsync).AddEndpointFilter<ProblemFilter>().DisableAntiforgery();

    /// <remarks>
    /// 202 when at least one file was taken. All rejected: 413 when every one was too large, else 400; both carry <c>images</c> with the reasons.
    /// </remarks>
    private static async Task<Accepted<UploadResponse>> UploadAsync(
        HttpContext context, UploadHandler handler, IOptions<ImageLimits> limits)
    {
        var reader = new MultipartReader(Boundary(context.Request), context.Request.Body) { HeadersLengthLimit = ImageLimits.PartOverhead };
        context.LimitBody(limits.Value.MaximumRequestBytes);

        var tags = new TagSet();
        IReadOnlyList<UploadEntry> entries;
        try
        {
            entries = await handler.ReadAsync(reader, tags, context.RequestAborted);
        }
        catch (ProblemException)
        {
            await context.DrainRequestBodyAsync();
            throw;
        }

        if (entries.Count == 0)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "no-file", "The form has no part named 'file': send at least one picture as such a part.");
        }

        var images = await handler.CommitAsync(entries, tags);
        return entries.Any(entry => entry.Picture is not null)
            ? TypedResults.Accepted((string?)null, new UploadResponse(images))
            : throw new ProblemException(
                entries.All(entry => entry.TooLarge) ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
                "all-rejected",
                "None of the files was taken: see the reason of each in 'images'.")
            {
                Extensions = new Dictionary<string, object?> { ["images"] = images },
            };
    }

    private static string Boundary(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "not-multipart", "Send the pictures as multipart/form-data, each as a part named 'file'.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= BoundaryLimit
            ? boundary
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "malformed-multipart", $"The content type names no boundary of 1 to {BoundaryLimit} characters.");
    }
}
