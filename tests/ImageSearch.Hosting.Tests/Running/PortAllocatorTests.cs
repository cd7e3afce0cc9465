using System.Net;
using System.Net.Sockets;
using ImageSearch.Hosting.Running;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class PortAllocatorTests
{
    [Fact]
    public void Allocate_ByTwoAtOnce_NeverGivesAPortTwice()
    {
        using var one = new PortAllocator();
        using var other = new PortAllocator();

        var ports = Enumerable.Range(0, 200).AsParallel().Select(i => (i % 2 == 0 ? one : other).Allocate()).ToArray();

        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 15_000, 29_999));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void IsFree_ListenerOnOneFamily_IsFalse(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            Assert.Skip($"This machine has no {address}.");
        }

        Assert.False(PortAllocator.IsFree(((IPEndPoint)listener.LocalEndpoint).Port));
    }
}
