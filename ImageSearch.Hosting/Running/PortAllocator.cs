using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Hosting.Running;

/// <summary>
/// Hands out ports that stay free until the process that gets one has bound it: they lie below the range from which the system
/// serves port 0 and outgoing connections, and a lock file per port keeps AppHosts that run side by side apart.
/// </summary>
internal sealed class PortAllocator : IDisposable
{
    private const int First = 15_000;
    private const int Count = 15_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, FileStream> _held = [];
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"imagesearch-ports-{Environment.UserName}");

    public int Allocate()
    {
        var start = Random.Shared.Next(Count);
        for (var i = 0; i < Count; i++)
        {
            var port = First + ((start + i) % Count);
            if (TryHold(port))
            {
                return port;
            }
        }

        throw new IOException($"No port between {First} and {First + Count - 1} is free.");
    }

    /// <summary>False when something listens on the port.</summary>
    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (_, file) in _held)
            {
                file.Dispose();
            }

            _held.Clear();
        }
    }

    private bool TryHold(int port)
    {
        lock (_lock)
        {
            if (_held.ContainsKey(port))
            {
                return false;
            }

            FileStream file;
            try
            {
                Directory.CreateDirectory(_directory);
                file = new FileStream(
                    Path.Combine(_directory, port.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                return false;
            }

            if (IsFree(port))
            {
                _held[port] = file;
                return true;
            }

            file.Dispose();
            return false;
        }
    }

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException e)
        {
            // A machine without IPv6 addresses has nothing there to collide with.
            return e.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
