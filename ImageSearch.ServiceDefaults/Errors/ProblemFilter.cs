using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Errors;

/// <summary>
/// Answers with problem details where a handler, or the server while the body was read, found the request wanting; everything else is
/// left to the exception handler.
/// </summary>
public sealed class ProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ProblemException e)
        {
            return Answer(context.HttpContext, e);
        }
        catch (BadHttpRequestException e)
        {
            return Answer(e);
        }
    }

    /// <summary>The answer to a request that a handler found wanting; for endpoints without filters, too.</summary>
    public static IResult Answer(HttpContext context, ProblemException problem)
    {
        if (problem.RetryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Problems.Create(problem.Status, problem.Slug, problem.Message, problem.Extensions);
    }

    /// <summary>The answer to a request that the server found wanting while its body was read.</summary>
    public static IResult Answer(BadHttpRequestException problem) => problem.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? Problems.Create(problem.StatusCode, "too-large", "The request's body is too large. Send fewer or smaller files.")
        : Problems.Create(
            problem.StatusCode, "invalid-request", "The request cannot be read. Check its headers and that its body is whole.");
}
