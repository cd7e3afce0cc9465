using System.Globalization;
using ImageSearch.Core.FileSystem;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Core;

/// <summary>
/// Tells programs that a request could not be answered because a server or a disk behind the services cannot be used, and when to try
/// again.
/// </summary>
internal sealed class BackendUnavailableHandler(
    IProblemDetailsService problems, ILogger<BackendUnavailableHandler> logger) : IExceptionHandler
{
    private const string Full = "storage-full";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>For what a person has to mend.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A person's browser is shown the page for errors.
        if (exception is not BackendUnavailableException { MayPass: true } failure
            || httpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // Where a server or a path is and what ails it is the operator's business: the log and /health have it.
        var (status, slug, detail, delay) = failure switch
        {
            StorageException { Fault: StorageFault.Busy } busy =>
                (StatusCodes.Status503ServiceUnavailable, "storage-unavailable", StorageFaults.PublicSentence(busy.Fault), Soon),
            StorageException { IsFull: false } storage =>
                (StatusCodes.Status503ServiceUnavailable, "storage-unavailable", StorageFaults.PublicSentence(storage.Fault), Later),
            { IsFull: true } => (StatusCodes.Status507InsufficientStorage, Full, StorageFaults.PublicSentence(StorageFault.Full), Later),
            _ =>
                (
                    StatusCodes.Status503ServiceUnavailable,
                    "backend-unavailable",
                    "A server that keeps the collection cannot be reached now. Nothing was lost: try again in a few seconds.",
                    Soon),
        };
        if (failure is not StorageException)
        {
            Log.BackendUnavailable(logger, httpContext.Request.Path, failure.Message);
        }

        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.RetryAfter = delay.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = status,
                Type = $"urn:imagesearch:{slug}",
                Title = ReasonPhrases.GetReasonPhrase(status),
                Detail = detail,
            },
        });
    }
}
