using System.Net;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Opens connections; the seam at which tests stand in for the public internet.</summary>
internal interface IDialer
{
    /// <summary>Connects to the first of the addresses that answers.</summary>
    Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken);
}
