using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>
/// Where the services of the topology are: what service discovery makes of the configuration's <c>services:NAME:http:N</c>.
/// </summary>
public interface IServiceEndpoints
{
    /// <returns>Every endpoint of the service, whether it answers or not; empty when the configuration has none.</returns>
    ValueTask<IReadOnlyList<Uri>> FindAsync(string service, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IServiceEndpoints"/>
internal sealed class ServiceEndpoints(
    ServiceEndpointResolver resolver,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<ServiceEndpoints> logger) : IServiceEndpoints
{
    private readonly ConcurrentDictionary<string, ServiceReplicas> _services = new(
        configuration.GetSection("services").GetChildren().Select(
            section => KeyValuePair.Create(section.Key, new ServiceReplicas(section.Key, clock, logger))),
        StringComparer.OrdinalIgnoreCase);

    public async ValueTask<IReadOnlyList<Uri>> FindAsync(string service, CancellationToken cancellationToken) =>
        [.. (await FindReplicasAsync(service, cancellationToken))?.All.Select(replica => replica.Address) ?? []];

    /// <returns>Null for a host that is not one of the configured services.</returns>
    public async ValueTask<ServiceReplicas?> FindReplicasAsync(string host, CancellationToken cancellationToken)
    {
        if (_services.TryGetValue(host, out var replicas))
        {
            try
            {
                replicas.Update(await resolver.GetEndpointsAsync($"https+http://{host}", cancellationToken));
            }
            catch (KeyNotFoundException)
            {
                // What is configured is no address: as good as none.
            }
        }

        return replicas;
    }
}
