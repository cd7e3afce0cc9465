using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>
/// Refuses writes that a page of another site makes a browser send. Who can reach the API may be decided by the network alone, or by a
/// cookie, and a visitor's browser stands inside of the one and has the other.
/// </summary>
internal static class CrossSiteWrites
{
    public static IApplicationBuilder UseCrossSiteProtection(this IApplicationBuilder app)
    {
        var others = app.ApplicationServices.GetRequiredService<IOptions<CrossOriginOptions>>().Value;
        return app.Use(async (context, next) =>
        {
            if (IsSafe(context.Request.Method) || others.Allows(context.Request.Headers.Origin)
                || (context.Request.Headers["Sec-Fetch-Site"] != "cross-site" && IsOfThisSite(context.Request)))
            {
                await next(context);
                return;
            }

            await Problems.Create(
                StatusCodes.Status403Forbidden,
                "cross-site",
                "A browser sent this for a page of another site. Call the API from this site's own pages, or from a program.").ExecuteAsync(context);
        });
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // Browsers send Sec-Fetch-Site over https and to localhost only, but Origin with every write. Programs send neither.
    private static bool IsOfThisSite(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 0)
        {
            return true;
        }

        // The scheme is not compared, and a port that Host leaves out is the default of the Origin's: a proxy in front may speak https for
        // us. "null" (a sandboxed frame, a local file) is no address.
        return Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var page)
            && (page.Scheme == Uri.UriSchemeHttp || page.Scheme == Uri.UriSchemeHttps)
            && page.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase)
            && page.Port == (request.Host.Port ?? (page.Scheme == Uri.UriSchemeHttps ? 443 : 80));
    }
}
