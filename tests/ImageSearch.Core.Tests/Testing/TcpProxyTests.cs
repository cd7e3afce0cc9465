using System.Net;
using System.Net.Sockets;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;

namespace ImageSearch.Core.Tests.Testing;

public sealed class TcpProxyTests : IAsyncLifetime
{
    /// <summary>Long enough for loopback to have delivered what it was going to.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private TcpProxy _proxy = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _echo.Start();
        _ = EchoAsync();
        _proxy = TcpProxy.To(((IPEndPoint)_echo.LocalEndpoint).Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _echo.Dispose();
    }

    [Fact]
    public async Task Forward_BytesBothWays_ArriveAndAreCounted()
    {
        using var client = await ConnectAsync();
        var sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);

        var sending = client.GetStream().WriteAsync(sent, Token);
        var received = new byte[sent.Length];
        await client.GetStream().ReadExactlyAsync(received, Token);
        await sending;

        Assert.True(sent.AsSpan().SequenceEqual(received));
        Assert.Equal(1, _proxy.Connections);
        await Eventually.BecomesTrue(() => _proxy.Bytes == 2 * sent.Length);
    }

    [Fact]
    public async Task Close_ByTheClient_EndsTheConnection()
    {
        var client = await ConnectAsync();
        await ExchangeAsync(client, 1);
        Assert.Equal(1, _proxy.Open);

        client.Dispose();

        await Eventually.BecomesTrue(() => _proxy.Open == 0);
    }

    [Fact]
    public async Task Cut_BlackHole_SwallowsUntilRestored()
    {
        using var old = await ConnectAsync();
        await ExchangeAsync(old, 1);

        _proxy.Cut(ProxyCut.BlackHole);

        using var young = await ConnectAsync();
        foreach (var client in new[] { old, young })
        {
            await client.GetStream().WriteAsync(new byte[] { 2 }, Token);
            Assert.False(await AnswersAsync(client));
        }

        _proxy.Restore();

        foreach (var client in new[] { old, young })
        {
            Assert.Equal(2, await ReadAsync(client));
            await ExchangeAsync(client, 3);
        }
    }

    [Fact]
    public async Task Cut_Reset_DropsOldConnectionsAndRefusesNewOnes()
    {
        using var old = await ConnectAsync();
        await ExchangeAsync(old, 1);

        _proxy.Cut(ProxyCut.Reset);

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(old));
        await AssertResetAsync();
        await Eventually.BecomesTrue(() => _proxy.Open == 0);

        _proxy.Restore();

        using var next = await ConnectAsync();
        await ExchangeAsync(next, 4);
    }

    [Fact]
    public async Task Connect_TargetIsDown_IsReset()
    {
        _echo.Stop();

        await AssertResetAsync();
    }

    [Fact]
    public async Task Dispose_WhileCut_Ends()
    {
        using var client = await ConnectAsync();
        await ExchangeAsync(client, 1);
        _proxy.Cut(ProxyCut.BlackHole);
        await client.GetStream().WriteAsync(new byte[1], Token);

        await _proxy.DisposeAsync().AsTask().WaitAsync(Eventually.DefaultDeadline, Token);

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(client));
    }

    /// <summary>A reset may come before the client has noticed that it is connected, or after.</summary>
    private async Task AssertResetAsync()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var client = await ConnectAsync();
            await ReadAsync(client);
        });
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error is IOException ? error.InnerException : error).SocketErrorCode);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Token);
        return client;
    }

    private static async Task ExchangeAsync(TcpClient client, byte value)
    {
        await client.GetStream().WriteAsync(new[] { value }, Token);
        Assert.Equal(value, await ReadAsync(client));
    }

    private static async Task<int> ReadAsync(TcpClient client)
    {
        var buffer = new byte[1];
        await client.GetStream().ReadExactlyAsync(buffer, Token).AsTask().WaitAsync(Eventually.DefaultDeadline, Token);
        return buffer[0];
    }

    /// <remarks>Polled, not read with a deadline: an abandoned read would take the answer that comes later.</remarks>
    private static async Task<bool> AnswersAsync(TcpClient client) =>
        await Task.Run(() => client.Client.Poll(Silence, SelectMode.SelectRead), Token);

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var client = await _echo.AcceptTcpClientAsync(Token);
                _ = Task.Run(async () =>
                {
                    using (client)
                    {
                        await client.GetStream().CopyToAsync(client.GetStream(), Token);
                    }
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // stopped
        }
    }
}
