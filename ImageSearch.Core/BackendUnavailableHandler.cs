using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Core;

/// <summary>Tells programs that a request could not be answered because a server behind the services is away, and that it is worth trying again.</summary>
internal sealed class BackendUnavailableHandler(IProblemDetailsService problems, ILogger<BackendUnavailableHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A person's browser is shown the page for errors.
        if (exception is not BackendUnavailableException { MayPass: true } || httpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Log.BackendUnavailable(logger, httpContext.Request.Path, exception.Message);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Type = "urn:imagesearch:backend-unavailable",
                Title = "Service Unavailable",
                // Where the server is and what ails it is the operator's business: the log and /health have it.
                Detail = "A server that keeps the collection cannot be reached now. Nothing was lost: try again in a few seconds.",
            },
        }).ConfigureAwait(false);
    }
}
