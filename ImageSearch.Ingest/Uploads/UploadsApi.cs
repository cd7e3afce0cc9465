using System.Text;
using System.Text.Json;
using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Imaging;
using ImageSearch.Ingest.Intake;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Ingest.Uploads;

/// <summary>
/// <c>POST /images</c>: one or more <c>file</c> parts and any number of <c>tag</c> fields, before or behind the files; the header
/// <c>Idempotency-Key</c> makes it one upload however often it is sent.
/// </summary>
internal static class UploadsApi
{
    private const int BoundaryLimit = 128;

    public static RouteHandlerBuilder MapUploads(this IEndpointRouteBuilder app) =>
        app.MapPost("/images", UploadAsync).AddEndpointFilter<ProblemFilter>().DisableAntiforgery();

    /// <remarks>
    /// 202 when at least one file was taken. All rejected: 413 when every one was too large, else 400; both carry <c>images</c> with the
    /// reasons. With a key that an earlier upload of the same files had: what that one was answered. Only 202 is kept; whatever else was
    /// answered has added nothing, and the key is free for another try.
    /// </remarks>
    private static async Task<IResult> UploadAsync(
        HttpContext context, UploadHandler handler, IIdempotencyStore keys, TimeProvider time,
        IOptions<ImageLimits> limits, IOptions<IngestOptions> options, IOptions<JsonOptions> json)
    {
        var reader = new MultipartReader(Boundary(context.Request), context.Request.Body) { HeadersLengthLimit = ImageLimits.PartOverhead };
        context.LimitBody(limits.Value.MaximumRequestBytes);
        try
        {
            if (IdempotencyKey.Of(context.Request) is not { } key)
            {
                var tags = new TagSet();
                return TypedResults.Accepted(
                    (string?)null, await CommitAsync(handler, await ReadAsync(handler, reader, tags, context.RequestAborted), tags));
            }

            await using var claim = await UploadClaim.TakeAsync(keys, key, time, context.RequestAborted);
            return Answered(
                await UploadOnceAsync(context, handler, reader, claim, options.Value.IdempotencyKeep, json.Value.SerializerOptions));
        }
        catch (ProblemException)
        {
            await context.DrainRequestBodyAsync();
            throw;
        }
    }

    /// <returns>The answer's body, this upload's or that of an earlier one.</returns>
    private static async Task<string> UploadOnceAsync(
        HttpContext context, UploadHandler handler, MultipartReader reader, UploadClaim claim, TimeSpan keep, JsonSerializerOptions json)
    {
        var tags = new TagSet();
        var entries = await ReadAsync(handler, reader, tags, context.RequestAborted);
        var fingerprint = UploadFingerprint.Of(entries, tags.ToList());
        if (claim.Answer is { } known)
        {
            if (known.Fingerprint != fingerprint)
            {
                throw new ProblemException(
                    StatusCodes.Status422UnprocessableEntity, "idempotency-mismatch",
                    "Other files or tags were sent with this Idempotency-Key before: give each upload a key of its own.");
            }

            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
            return known.Body;
        }

        var body = JsonSerializer.Serialize(await CommitAsync(handler, entries, tags), json);
        await claim.CompleteAsync(new IdempotentAnswer(fingerprint, body), keep);
        return body;
    }

    private static ContentHttpResult Answered(string body) =>
        TypedResults.Text(body, "application/json", Encoding.UTF8, StatusCodes.Status202Accepted);

    private static async Task<IReadOnlyList<UploadEntry>> ReadAsync(
        UploadHandler handler, MultipartReader reader, TagSet tags, CancellationToken cancellationToken) =>
        await handler.ReadAsync(reader, tags, cancellationToken) is { Count: > 0 } entries
            ? entries
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "no-file", "The form has no part named 'file': send at least one picture as such a part.");

    private static async Task<UploadResponse> CommitAsync(UploadHandler handler, IReadOnlyList<UploadEntry> entries, TagSet tags)
    {
        var images = await handler.CommitAsync(entries, tags);
        return entries.Any(entry => entry.Picture is not null)
            ? new UploadResponse(images)
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
                StatusCodes.Status415UnsupportedMediaType, "not-multipart",
                "Send the pictures as multipart/form-data, each as a part named 'file'.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= BoundaryLimit
            ? boundary
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "malformed-multipart",
                $"The content type names no boundary of 1 to {BoundaryLimit} characters.");
    }
}
