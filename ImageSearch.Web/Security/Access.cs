using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>What an endpoint needs. Endpoints that say nothing are judged by their methods, so that none is open by oversight.</summary>
internal static class Access
{
    /// <summary>Says which scope a call needs in place of what its method says: a search is a POST that only reads.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, ApiScope scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope));

    /// <summary>
    /// Says that a call is a search: it reads, whatever its method, and counts among the searches where their rate is limited.
    /// </summary>
    public static TBuilder IsSearch<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(ApiScope.Read), new SearchMark());

    public static ApiScope ScopeOf(Endpoint? endpoint, string method) =>
        endpoint?.Metadata.GetMetadata<RequiredScope>()?.Scope ?? (Keys.KeyScheme.IsSafe(method) ? ApiScope.Read : ApiScope.Write);

    public static CallKind KindOf(Endpoint? endpoint, string method) => endpoint switch
    {
        _ when endpoint?.Metadata.GetMetadata<SearchMark>() is not null => CallKind.Search,
        _ when ScopeOf(endpoint, method) > ApiScope.Read => CallKind.Write,
        // Health checks, and the files of the pages.
        _ when endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null => CallKind.Other,
        _ => CallKind.Read,
    };

    private sealed record RequiredScope(ApiScope Scope);

    private sealed record SearchMark;
}

/// <summary>What a call does, as far as limits and the audit log care.</summary>
internal enum CallKind
{
    Read,
    Search,
    Write,

    /// <summary>Health checks, and the files of the pages.</summary>
    Other,
}

/// <summary>What takes an API key.</summary>
internal enum KeyRequirement
{
    /// <summary>Nothing but the keys themselves: whoever reaches this service may read and write.</summary>
    None,

    /// <summary>Whatever changes the collection.</summary>
    Writes,

    /// <summary>Everything but health checks, the files of the pages, and signing in.</summary>
    All,
}

/// <summary>The request's key has the scope that its endpoint needs, or none is needed.</summary>
internal sealed class ScopeRequirement : IAuthorizationRequirement
{
    /// <summary>
    /// Whether what needs this scope is open to everybody. Keys never are: one that a stranger made today would be good when keys are
    /// required tomorrow.
    /// </summary>
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
