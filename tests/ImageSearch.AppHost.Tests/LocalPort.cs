using System.Net;
using System.Net.Sockets;

namespace ImageSearch.AppHost.Tests;

internal static class LocalPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
