using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Finds the addresses of a host; the seam at which tests are the name server.</summary>
internal interface IHostResolver
{
    /// <exception cref="FetchException">The host is unknown.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}

internal sealed class DnsHostResolver : IHostResolver
{
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            throw new FetchException(FetchFailure.UnknownHost, "unknown host: the URL's host has no address.");
        }
    }
}
