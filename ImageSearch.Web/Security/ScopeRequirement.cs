using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>The request's key has the scope that its endpoint needs, or none is needed.</summary>
internal sealed class ScopeRequirement : IAuthorizationRequirement
{
    /// <summary>Whether what needs this scope is open to everybody. Keys never are: one that a stranger made today would be good when keys are required tomorrow.</summary>
    public static bool IsOpen(KeyRequirement requirement, ApiScope needed) => requirement switch
    {
        KeyRequirement.None => needed < ApiScope.Admin,
        KeyRequirement.Writes => needed == ApiScope.Read,
        _ => false,
    };

    internal sealed class Handler(IOptions<SecurityOptions> options) : AuthorizationHandler<ScopeRequirement>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
        {
            if (context.Resource is HttpContext http)
            {
                var needed = Access.ScopeOf(http.GetEndpoint(), http.Request.Method);
                if (IsOpen(options.Value.RequireKey, needed) || KeyHolder.Of(context.User)?.Scope >= needed)
                {
                    context.Succeed(requirement);
                }
            }

            return Task.CompletedTask;
        }
    }
}
