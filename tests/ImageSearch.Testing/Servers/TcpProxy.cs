using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Testing.Servers;

/// <summary>A stretch of network that a test owns: forwards TCP on loopback, and can be cut and restored.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ProxiedConnection, byte> _open = [];
    private readonly EndPoint _target;
    private readonly Lock _switching = new();
    private readonly Task _accepting;
    private ProxyCut? _cut;
    private TaskCompletionSource _flowing = Completed();
    private long _connections;
    private long _bytes;

    private TcpProxy(EndPoint target)
    {
        _target = target;
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections accepted so far.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Connections that are open now, frozen ones included.</summary>
    public int Open => _open.Count;

    /// <summary>Bytes forwarded so far, both ways.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static TcpProxy To(string host, int port) => new(new DnsEndPoint(host, port));

    public static TcpProxy To(int port) => new(new IPEndPoint(IPAddress.Loopback, port));

    public void Cut(ProxyCut cut)
    {
        lock (_switching)
        {
            _cut = cut;
            if (cut is ProxyCut.BlackHole)
            {
                if (_flowing.Task.IsCompleted)
                {
                    _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return;
            }

            _flowing.TrySetResult();
        }

        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>
    /// What was opened during a black hole goes on, as TCP's retransmission would have it; what one side gave up meanwhile ends for the other.
    /// </summary>
    public void Restore()
    {
        lock (_switching)
        {
            _cut = null;
            _flowing.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }

        await _accepting;
        _listener.Dispose();
    }

    internal Task FlowingAsync() => Volatile.Read(ref _flowing).Task.WaitAsync(_stopping.Token);

    internal void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    var client = await _listener.AcceptSocketAsync(_stopping.Token);
                    Interlocked.Increment(ref _connections);
                    _ = ServeAsync(client);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
                {
                    // It was gone before it was accepted; the next one may stay.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // disposed: a listener says so in all of these ways
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = new ProxiedConnection(this, client);
        _open.TryAdd(connection, 0);
        lock (_switching)
        {
            if (_cut is ProxyCut.Reset || _stopping.IsCancellationRequested)
            {
                connection.Reset();
            }
        }

        await connection.RunAsync(_target, _stopping.Token);
        _open.TryRemove(connection, out _);
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
