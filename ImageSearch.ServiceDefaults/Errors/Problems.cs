using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.ServiceDefaults.Errors;

/// <summary>
/// Errors as RFC 9457 problem details: a <c>type</c> that stays the same, <c>urn:imagesearch:SLUG</c>, for programs, and a
/// <c>detail</c> for people, which says what to do.
/// </summary>
public static class Problems
{
    /// <summary>What every <c>type</c> begins with.</summary>
    public const string TypePrefix = "urn:imagesearch:";

    /// <param name="status">HTTP status.</param>
    /// <param name="slug">Lower-case words joined by '-', stable for ever.</param>
    /// <param name="detail">A sentence for a person.</param>
    /// <param name="extensions">Further members of the answer.</param>
    public static ProblemHttpResult Create(
        int status, string slug, string detail, IReadOnlyDictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(
            detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), type: TypePrefix + slug, extensions: extensions);
}
