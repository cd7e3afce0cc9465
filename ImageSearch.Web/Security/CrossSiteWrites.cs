using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Security;

/// <summary>
/// Refuses writes that a page of another site makes a browser send. The API knows no cookies, yet who can reach it may be decided by
/// the network alone, and a visitor's browser stands inside of it.
/// </summary>
internal static class CrossSiteWrites
{
    public static IApplicationBuilder UseCrossSiteProtection(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var method = context.Request.Method;
        var safe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        if (safe || context.Request.Headers["Sec-Fetch-Site"] != "cross-site")
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
