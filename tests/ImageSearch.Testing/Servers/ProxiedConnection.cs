using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Testing.Servers;

/// <summary>One connection through a <see cref="TcpProxy"/>: a socket to either side and a copy each way.</summary>
internal sealed class ProxiedConnection(TcpProxy proxy, Socket client) : IDisposable
{
    private const int BufferSize = 65_536;

    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Ends it with RST both ways, now.</summary>
    public void Reset()
    {
        Abort(client);
        Abort(_server);
    }

    /// <summary>Completes when both sides have ended, one was lost, or it was reset. Never throws.</summary>
    public async Task RunAsync(EndPoint target, CancellationToken stopping)
    {
        try
        {
            client.NoDelay = true;
            await proxy.FlowingAsync();
            await _server.ConnectAsync(target, stopping);
            await Task.WhenAll(CopyAsync(client, _server, stopping), CopyAsync(_server, client, stopping));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to, CancellationToken stopping)
    {
        try
        {
            var buffer = new byte[BufferSize];
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, stopping);
                // In a black hole what was received is held here, and nothing more is read. An end is held too: packets that close are packets.
                await proxy.FlowingAsync();
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), stopping);
                }

                proxy.Count(read);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One direction lost is the connection lost.
            await HeldAsync();
            Reset();
        }
    }

    /// <summary>A reset does not pass a black hole either.</summary>
    private async Task HeldAsync()
    {
        try
        {
            await proxy.FlowingAsync();
        }
        catch (OperationCanceledException)
        {
            // the proxy is disposed
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // closed already
        }

        socket.Dispose();
    }
}
