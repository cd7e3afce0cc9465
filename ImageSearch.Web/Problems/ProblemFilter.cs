using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.Web.Problems;

/// <summary>Turns what handlers throw for the client's eyes into problem details; everything else is left to the exception handler.</summary>
internal sealed class ProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ProblemException e)
        {
            if (e.Status == StatusCodes.Status503ServiceUnavailable)
            {
                context.HttpContext.Response.Headers.RetryAfter = "5";
            }

            return ToResult(e);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // The client is gone: nobody reads an answer, and nothing is wrong here.
        }
        catch (BadHttpRequestException e)
        {
            return ToResult(e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new ProblemException(e.StatusCode, "too-large", "The request's body is too large. Send fewer or smaller files.")
                : new ProblemException(e.StatusCode, "invalid-request", "The request cannot be read. Check its headers and that its body is whole."));
        }
    }

    private static ProblemHttpResult ToResult(ProblemException problem)
    {
        var details = new ProblemDetails
        {
            Type = $"urn:imagesearch:{problem.Slug}",
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Status = problem.Status,
            Detail = problem.Message,
        };
        if (problem.Errors is not null)
        {
            details.Extensions["errors"] = problem.Errors;
        }

        return TypedResults.Problem(details);
    }
}
