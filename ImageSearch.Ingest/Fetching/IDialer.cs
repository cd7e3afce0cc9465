using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Opens connections; the seam at which tests stand in for the public internet.</summary>
internal interface IDialer
{
    /// <summary>Connects to the first of the addresses that answers.</summary>
    Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken);
}

internal sealed class SocketDialer : IDialer
{
    public async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
