using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Testing;

/// <summary>A port of the loopback interface that nothing listens on at the moment.</summary>
public static class LocalPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
