using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Security;

/// <summary>Refuses requests that do not say which host they are for: the pages cannot be rendered without an address of their own.</summary>
internal static class HostRequirement
{
    public static IApplicationBuilder UseHostRequirement(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (string.IsNullOrEmpty(context.Request.Host.Host))
        {
            await Problems.Create(
                StatusCodes.Status400BadRequest, "invalid-request", "The request names no host. Send the header Host with the name of this server.")
                .ExecuteAsync(context);
            return;
        }

        await next(context);
    });
}
