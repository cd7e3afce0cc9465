using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>Looks a host name up.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>
/// Puts the addresses that DNS has for a configured host name in its place where there are several: the pods behind a headless service of
/// Kubernetes are called one by one. Microsoft.Extensions.ServiceDiscovery.Dns takes its place where it can be restored.
/// </summary>
internal sealed class DnsEndpointProvider(ResolveHost resolve, TimeProvider clock) : IServiceEndpointProviderFactory,
IServiceEndpointProvider
{
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, IPAddress[]> _last = new(StringComparer.OrdinalIgnoreCase);

    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider) =>
        (provider = this) is not null;

    public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        // Certificates are for names, so https keeps them; every address of localhost is the same process.
        var names = endpoints.Endpoints.Where(endpoint => endpoint.EndPoint is UriEndPoint { Uri: { Scheme: "http", HostNameType: UriHostNameType.Dns, IsLoopback: false } }).ToList();
        foreach (var name in names)
        {
            var uri = ((UriEndPoint)name.EndPoint).Uri;
            if (await FindAsync(uri.Host, cancellationToken) is { Length: > 1 } addresses)
            {
                endpoints.Endpoints.Remove(name);
                foreach (var address in addresses)
                {
                    endpoints.Endpoints.Add(ServiceEndpoint.Create(new UriEndPoint(new UriBuilder(uri) { Host = address.ToString() }.Uri)));
                }
            }
        }

        if (names.Count > 0)
        {
            endpoints.AddChangeToken(new CancellationChangeToken(new CancellationTokenSource(RefreshPeriod, clock).Token));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <returns>The last answer where there is none now: replicas do not go away with the name server.</returns>
    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            var addresses = await resolve(host, deadline.Token);
            // Where a host has addresses of both families, they are the same replicas twice.
            var family = addresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork)
                ? AddressFamily.InterNetwork
                : AddressFamily.InterNetworkV6;
            return _last[host] = [.. addresses.Where(address => address.AddressFamily == family).OrderBy(
                address => address.ToString(), StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return _last.GetValueOrDefault(host) ?? [];
        }
    }
}
