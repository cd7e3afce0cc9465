using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.ServiceDefaults.Errors;

/// <summary>Words for errors that no endpoint has described itself.</summary>
internal static class ErrorDescription
{
    public static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        // Another service is down, or did not answer in time. (A client that went away is none of these: the framework sees to it.)
        HttpRequestException or TimeoutException or OperationCanceledException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (problem.Type?.StartsWith("urn:", StringComparison.Ordinal) == true)
        {
            return;
        }

        var status = context.Exception is null ? problem.Status ?? context.HttpContext.Response.StatusCode : StatusOf(context.Exception);
        var (slug, detail) = Describe(status);
        problem.Status = status;
        problem.Type = Problems.TypePrefix + slug;
        problem.Title = ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : "Error";
        problem.Detail ??= detail;
    }

    private static (string Slug, string Detail) Describe(int status) => status switch
    {
        400 =>
            (
                "bad-request",
                "The request cannot be read: check its parameters, and that its body is what Content-Type says and well-formed."),
        401 => ("unauthorized", "This needs an API key: send it in the header X-Api-Key."),
        403 => ("forbidden", "This is not allowed for the caller."),
        404 => ("not-found", "There is nothing at this address: check the path."),
        405 => ("method-not-allowed", "This address does not take the method: the header Allow names those that it takes."),
        408 => ("request-timeout", "The request took too long to arrive: send it again."),
        413 => ("too-large", "The request is larger than this service takes: send less at once."),
        415 => ("unsupported-media-type", "The body's Content-Type is not one that this address takes."),
        429 => ("too-many-requests", "Too many requests: wait as long as the header Retry-After says, then send it again."),
        503 => ("unavailable", "The service cannot answer now: try again in a few seconds."),
        >= 500 => ("internal-error", "The service failed. Its log has the cause under the trace id given here."),
        _ => ("error", "The request was refused."),
    };
}
