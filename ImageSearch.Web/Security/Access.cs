using Microsoft.AspNetCore.Authorization;

namespace ImageSearch.Web.Security;

/// <summary>What an endpoint needs. Endpoints that say nothing are judged by their methods, so that none is open by oversight.</summary>
internal static class Access
{
    /// <summary>Says which scope a call needs in place of what its method says: a search is a POST that only reads.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, ApiScope scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope));

    /// <summary>Says that a call is a search: it reads, whatever its method, and counts among the searches where their rate is limited.</summary>
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
