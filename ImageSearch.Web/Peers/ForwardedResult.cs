using ImageSearch.Web.Images;

namespace ImageSearch.Web.Peers;

/// <summary>Another service's answer, passed back as it is.</summary>
/// <param name="prefix">What the client knows the other service's addresses below.</param>
internal sealed class ForwardedResult(HttpResponseMessage answer, string prefix) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (answer)
        {
            httpContext.Response.StatusCode = (int)answer.StatusCode;
            httpContext.Response.Headers.RetryAfter = answer.Headers.RetryAfter?.ToString();
            httpContext.Response.Headers.Location = answer.Headers.Location is { IsAbsoluteUri: false } location
                ? $"{prefix}{location}"
                : null;
            if (answer.Headers.TryGetValues(IdempotencyHeaders.Replayed, out var replayed))
            {
                httpContext.Response.Headers[IdempotencyHeaders.Replayed] = replayed.First();
            }

            httpContext.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            httpContext.Response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }
}
