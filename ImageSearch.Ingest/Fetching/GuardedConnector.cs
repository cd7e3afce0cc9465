using System.Net;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Fetching;

/// <summary>
/// Opens the connections of <see cref="PictureFetcher"/>. It resolves the host once, refuses it if any of its addresses is not public, and
/// connects to exactly the addresses that were checked: a name server that answers differently the next time changes nothing.
/// </summary>
internal sealed class GuardedConnector(IHostResolver resolver, IDialer dialer, IOptions<IngestOptions> options)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await resolver.ResolveAsync(host, cancellationToken);
        if (addresses.Length == 0)
        {
            throw new FetchException(FetchFailure.UnknownHost, "unknown host: the URL's host has no address.");
        }

        if (!options.Value.AllowPrivateAddresses && !Array.TrueForAll(addresses, AddressPolicy.IsPublic))
        {
            throw new FetchException(
                FetchFailure.AddressNotAllowed, "address not allowed: the URL leads to an address that is not public.");
        }

        return await dialer.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
    }
}
