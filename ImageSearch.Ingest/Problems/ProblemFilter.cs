namespace ImageSearch.Ingest.Problems;

/// <summary>Answers with problem details where a handler, or the server while the body was read, found the request wanting.</summary>
internal sealed class ProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RequestProblemException e)
        {
            if (e.Status == StatusCodes.Status503ServiceUnavailable)
            {
                context.HttpContext.Response.Headers.RetryAfter = "5";
            }

            return ProblemResults.Create(e.Status, e.Problem, e.Message);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ProblemResults.Create(e.StatusCode, "request-too-large", "The request is larger than this service takes: split it into several.");
        }
        catch (BadHttpRequestException e) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return ProblemResults.Create(e.StatusCode, "bad-request", "The request could not be read: send it again.");
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // The client is gone: nobody reads an answer, and nothing is wrong here.
        }
    }
}
