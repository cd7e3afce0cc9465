namespace ImageSearch.Web.Peers;

/// <summary>Another service's answer, passed back as it is.</summary>
internal sealed class ForwardedResult(HttpResponseMessage answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (answer)
        {
            httpContext.Response.StatusCode = (int)answer.StatusCode;
            httpContext.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            httpContext.Response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }
}
