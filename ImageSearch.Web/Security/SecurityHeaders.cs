using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>Headers that keep a browser from doing with our answers what we never meant.</summary>
internal static class SecurityHeaders
{
    // Pages: own scripts, styles and pictures only. blob: and data: are the preview of the picture that is searched by.
    private const string Pages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // Everything else is data: shown on its own it may load nothing at all.
    private const string Data = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app)
    {
        var isPrivate = app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value.RequireKey == KeyRequirement.All;
        return app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                Set(context, isPrivate);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Set(HttpContext context, bool isPrivate)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = IsPage(context) ? Pages : Data;
        if (isPrivate && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            && headers.CacheControl.ToString() is { Length: > 0 } caching)
        {
            // What takes a key is no business of caches between here and the browser.
            headers.CacheControl = caching.Replace("public", "private", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static bool IsPage(HttpContext context) =>
        context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
