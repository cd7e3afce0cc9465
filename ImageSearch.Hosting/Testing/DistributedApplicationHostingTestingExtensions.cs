using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var resource = app.Services.GetRequiredService<IResourceCollection>()
            .FirstOrDefault(r => string.Equals(r.Name, resourceName, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"Resource '{resourceName}' not found.", nameof(resourceName));
        if (resource is not IResourceWithEndpoints withEndpoints)
        {
            throw new InvalidOperationException($"Resource '{resourceName}' does not have endpoints.");
        }

        var name = endpointName ?? resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme is "http" or "https")?.Name
            ?? throw new ArgumentException($"Resource '{resourceName}' has no HTTP endpoint.", nameof(endpointName));
        return new Uri(new EndpointReference(withEndpoints, name).Url);
    }
}
