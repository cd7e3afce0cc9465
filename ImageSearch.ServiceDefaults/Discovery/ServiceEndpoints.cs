using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <inheritdoc cref="IServiceEndpoints"/>
internal sealed class ServiceEndpoints : IServiceEndpoints
{
    private readonly Dictionary<string, ServiceReplicas> _services;

    public ServiceEndpoints(IConfiguration configuration, TimeProvider clock, ILogger<ServiceEndpoints> logger)
    {
        _services = configuration.GetSection("services").GetChildren().ToDictionary(
            section => section.Key, section => new ServiceReplicas(section.Key, [.. Endpoints(section)], clock, logger), StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<Uri> Find(string service) => _services.TryGetValue(service, out var replicas) ? replicas.All : [];

    /// <returns>False for a host that is not one of the configured services.</returns>
    public bool TryGet(string host, [NotNullWhen(true)] out ServiceReplicas? replicas) => _services.TryGetValue(host, out replicas);

    /// <summary>In the order of their numbers: <c>http__10</c> comes after <c>http__2</c>.</summary>
    private static IEnumerable<Uri> Endpoints(IConfigurationSection service) =>
        from scheme in service.GetChildren().Where(scheme => scheme.Key is "http" or "https").OrderBy(scheme => scheme.Key, StringComparer.Ordinal)
        from endpoint in scheme.GetChildren()
        where !string.IsNullOrWhiteSpace(endpoint.Value)
        orderby scheme.Key, int.TryParse(endpoint.Key, out var number) ? number : int.MaxValue
        select Parse(endpoint);

    private static Uri Parse(IConfigurationSection endpoint) => Uri.TryCreate(endpoint.Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw new InvalidOperationException($"{endpoint.Path} is '{endpoint.Value}': give an absolute http or https URL.");
}
