using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.ServiceDefaults;

/// <summary>
/// Errors as RFC 9457 problem details: a <c>type</c> that stays the same, <c>urn:imagesearch:SLUG</c>, for programs, and a
/// <c>detail</c> for people, which says what to do.
/// </summary>
public static class Problems
{
    private const string TypePrefix = "urn:imagesearch:";

    public static ProblemHttpResult BadRequest(string slug, string detail) => Create(StatusCodes.Status400BadRequest, slug, detail);

    public static ProblemHttpResult Unauthorized(string slug, string detail) => Create(StatusCodes.Status401Unauthorized, slug, detail);

    public static ProblemHttpResult NotFound(string slug, string detail) => Create(StatusCodes.Status404NotFound, slug, detail);

    public static ProblemHttpResult Conflict(string slug, string detail) => Create(StatusCodes.Status409Conflict, slug, detail);

    public static ProblemHttpResult TooLarge(string slug, string detail) => Create(StatusCodes.Status413PayloadTooLarge, slug, detail);

    public static ProblemHttpResult UnsupportedMediaType(string slug, string detail) => Create(StatusCodes.Status415UnsupportedMediaType, slug, detail);

    public static ProblemHttpResult Unprocessable(string slug, string detail) => Create(StatusCodes.Status422UnprocessableEntity, slug, detail);

    public static ProblemHttpResult TooManyRequests(string slug, string detail) => Create(StatusCodes.Status429TooManyRequests, slug, detail);

    public static ProblemHttpResult BadGateway(string slug, string detail) => Create(StatusCodes.Status502BadGateway, slug, detail);

    public static ProblemHttpResult Unavailable(string slug, string detail) => Create(StatusCodes.Status503ServiceUnavailable, slug, detail);

    /// <param name="slug">Lower-case words joined by '-', stable for ever.</param>
    /// <param name="detail">A sentence for a person.</param>
    public static ProblemHttpResult Create(int status, string slug, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), type: TypeOf(slug));

    internal static string TypeOf(string slug) => TypePrefix + slug;
}
