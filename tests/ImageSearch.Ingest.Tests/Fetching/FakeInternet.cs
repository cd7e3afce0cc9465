using System.Collections.Concurrent;
using System.Net.Sockets;
using ImageSearch.Ingest.Fetching;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests.Fetching;

/// <summary>Names and addresses of a public internet in which every address is a test's server. Addresses without a server never answer.</summary>
internal sealed class FakeInternet : IHostResolver, IDialer
{
    public static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    private readonly ConcurrentDictionary<string, Queue<IPAddress[]>> _names = new();
    private readonly ConcurrentDictionary<IPAddress, int> _ports = new();

    public ConcurrentQueue<IPAddress> Dialled { get; } = new();

    public ConcurrentQueue<string> Resolved { get; } = new();

    public void Register(IServiceCollection services) => services.AddSingleton<IHostResolver>(this).AddSingleton<IDialer>(this);

    /// <summary>What the name resolves to, one answer after the other; the last one stays.</summary>
    public FakeInternet Name(string host, params IPAddress[][] answers)
    {
        _names[host] = new Queue<IPAddress[]>(answers);
        return this;
    }

    public FakeInternet Serve(IPAddress address, RemoteServer server)
    {
        _ports[address] = server.Port;
        return this;
    }

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Resolved.Enqueue(host);
        if (!_names.TryGetValue(host, out var answers))
        {
            throw new FetchException(FetchFailure.UnknownHost, "unknown host: none of this internet.");
        }

        lock (answers)
        {
            return Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
        }
    }

    public async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            Dialled.Enqueue(address);
        }

        if (!_ports.TryGetValue(addresses[0], out var at))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken); // as a firewall that drops packets
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, at, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
