using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Security;

/// <summary>
/// Refuses requests that do not say which host they are for, or name one that none can have: the pages cannot be rendered without an
/// address of their own.
/// </summary>
internal static class HostRequirement
{
    public static IApplicationBuilder UseHostRequirement(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!IsHost(context.Request.Host.Value))
        {
            await Problems.Create(
                StatusCodes.Status400BadRequest, "invalid-request",
                "The Host header is not a valid host name. Send the header Host with the name of this server.")
                .ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    // The server lets some through that no address can have, such as "[::1" and "a:99999".
    public static bool IsHost(string? host) =>
        !string.IsNullOrEmpty(host) && host[0] != ':' && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var address)
        && address.UserInfo.Length == 0 && address.PathAndQuery == "/" && address.Fragment.Length == 0;
}
