using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Images;

/// <summary>304: the client has these bytes already. Said before anything is read, as the tag follows from the address alone.</summary>
internal sealed class Unchanged(EntityTagHeaderValue tag, string cacheControl) : IResult
{
    /// <summary>Whether the client names the tag in <c>If-None-Match</c>, or any.</summary>
    public static bool IsKnown(HttpContext context, EntityTagHeaderValue tag) =>
        context.Request.GetTypedHeaders().IfNoneMatch.Any(
            known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        httpContext.Response.Headers.ETag = tag.ToString();
        httpContext.Response.Headers.CacheControl = cacheControl;
        return Task.CompletedTask;
    }
}
