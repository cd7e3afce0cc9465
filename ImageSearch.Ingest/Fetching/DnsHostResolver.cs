using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Ingest.Fetching;

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
