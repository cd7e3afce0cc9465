using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.SystemStatus;

/// <summary><c>GET /api/v1/system</c>.</summary>
internal static class SystemApi
{
    public static RouteGroupBuilder MapSystemApi(this RouteGroupBuilder api)
    {
        api.MapGet("/system", ReadAsync)
            .WithName("getSystem")
            .WithTags("System")
            .WithSummary("Models, index servers, queues and the last minutes at a glance")
            .WithDescription(
                "The figures of the last look, which is some seconds old at most: asking often costs nothing more. Counts, index servers and queues are the whole "
                + "system's. Searches are those of the web server that answers, named by `instance`; each replica of web tells its own.");
        return api;
    }

    private static async Task<Ok<SystemReport>> ReadAsync(SystemSampler sampler, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await sampler.ReportAsync(cancellationToken));
    }
}
