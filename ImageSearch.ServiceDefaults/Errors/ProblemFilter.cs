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
            return await next(context).ConfigureAwait(false);
        }
        catch (ProblemException e)
        {
            if (e.RetryAfter is { } delay)
            {
                context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return Problems.Create(e.Status, e.Slug, e.Message, e.Extensions);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.Create(e.StatusCode, "too-large", "The request's body is too large. Send fewer or smaller files.");
        }
        catch (BadHttpRequestException e)
        {
            return Problems.Create(e.StatusCode, "invalid-request", "The request cannot be read. Check its headers and that its body is whole.");
        }
    }
}
