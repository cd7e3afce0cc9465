using ImageSearch.Testing.Malformed;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Every call that the running service takes, as its routing knows them: what is added tomorrow is among them.</summary>
internal static class Calls
{
    public static IReadOnlyList<(CallTemplate Call, RouteEndpoint Endpoint)> Of(WebSystem system) =>
    [
        .. from endpoint in system.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let path = $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}"
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST"]
           select (new CallTemplate(method, path), endpoint),
    ];

    public static bool IsAnonymous(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    /// <summary>Whether it is a file of the pages: there are many, and they take nothing.</summary>
    public static bool IsFile(CallTemplate call) => call.Path.Contains('.', StringComparison.Ordinal) && !call.Path.StartsWith("/openapi", StringComparison.Ordinal);
}
