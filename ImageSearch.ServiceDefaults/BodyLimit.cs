using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ImageSearch.ServiceDefaults;

/// <summary>How much a request may send.</summary>
public static class BodyLimit
{
    /// <summary>Sets the limit of this request's body in place of the server's, as long as none of it has been read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bytes">Most bytes; null where the handler counts them itself.</param>
    public static void LimitBody(this HttpContext context, long? bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = bytes;
        }
    }
}
