using System.Diagnostics;
using ImageSearch.Core.S3;
using ImageSearch.Testing.Servers;

namespace ImageSearch.Core.Tests.S3;

/// <summary>The network between this and the bucket breaks.</summary>
public sealed class S3NetworkTests(S3ServerFixture servers) : IAsyncLifetime
{
    private TcpProxy _line = null!;
    private S3TestStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await servers.GetAsync();
        _line = TcpProxy.To(server.Port);
        _store = new S3TestStore(
            $"Endpoint=http://127.0.0.1:{_line.Port};Bucket=test-{Guid.NewGuid():N};AccessKey={S3Server.AccessKey};SecretKey={S3Server.SecretKey};Timeout=2;Retries=1");
        await _store.Blobs.PutAsync("a", new byte[] { 1 }, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
            await _line.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(ProxyCut.BlackHole)]
    [InlineData(ProxyCut.Reset)]
    public async Task Call_WhileTheNetworkIsCut_FailsInTimeAndWorksAgainAfter(ProxyCut cut)
    {
        _line.Cut(cut);
        var started = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<S3BlobStoreException>(() => _store.Blobs.GetAsync("a", Token));
        await Assert.ThrowsAsync<S3BlobStoreException>(() => _store.Blobs.PutAsync("a", new byte[] { 2 }, Token));

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        _line.Restore();
        await _store.Blobs.PutAsync("a", new byte[] { 3 }, Token);
        Assert.Equal([3], await _store.Blobs.GetAsync("a", Token));
    }

    [Theory]
    [InlineData(ProxyCut.BlackHole)]
    [InlineData(ProxyCut.Reset)]
    public async Task Read_NetworkIsCutHalfWay_FailsAndIsNeverTakenForTheEnd(ProxyCut cut)
    {
        await _store.Blobs.PutAsync("large", new byte[32 << 20], Token); // more than the buffers on the way hold
        await using var stream = await _store.Blobs.OpenReadAsync("large", Token);
        await stream!.ReadExactlyAsync(new byte[1000], Token);

        _line.Cut(cut);

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => stream.CopyToAsync(Stream.Null, Token));
        Assert.Contains($"127.0.0.1:{_line.Port}", error.Message);
    }
}
