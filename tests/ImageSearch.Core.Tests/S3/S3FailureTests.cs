using System.Net.Sockets;
using System.Security.Cryptography;
using ImageSearch.Core.S3;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.Tests.S3;

/// <summary>What is said when the bucket does not do what it should, and that it goes on by itself when the cause is gone.</summary>
public sealed class S3FailureTests(S3ServerFixture servers)
{
    private const string Secret = "the-secret-of-this-test";

    private readonly string _bucket = $"test-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_UnknownKeyId_SaysWhoIsDenied()
    {
        var server = await servers.GetAsync();
        await using var store = new S3TestStore($"Endpoint={server.Endpoint};Bucket={_bucket};AccessKey=nobody;SecretKey={Secret}");

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => store.Blobs.PutAsync("a", new byte[1], Token));

        Assert.Contains("'nobody'", error.Message);
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
        Assert.False(Directory.Exists(server.DirectoryOf(_bucket)));
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", "is denied for key id 'id' (SignatureDoesNotMatch): give the right")]
    [InlineData(403, "AccessDenied", "is denied for key id 'id' (AccessDenied): it needs to list the bucket")]
    [InlineData(500, "InternalError", "answered 500 (InternalError)")]
    [InlineData(503, "SlowDown", "answered 503 (SlowDown)")]
    public async Task Put_ServerRefuses_SaysWhatAndTriesABoundedNumberOfTimes(int status, string code, string expected)
    {
        await using var server = await S3Peer.RefusesAsync(status, code);
        await using var store = new S3TestStore($"Endpoint={server.Address};Bucket={_bucket};AccessKey=id;SecretKey={Secret};Retries=2");

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => store.Blobs.PutAsync("a", new byte[1], Token));

        Assert.Contains(expected, error.Message);
        Assert.Equal(status < 500 ? 1 : 3, server.Requests.Count);
        Assert.DoesNotContain(Secret, error.ToString());
    }

    [Fact]
    public async Task Put_MissingBucketThatMayNotBeCreated_SaysSo()
    {
        var server = await servers.GetAsync();
        await using var store = new S3TestStore(server.ConnectionStringOf(_bucket) + ";CreateBucket=false");

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => store.Blobs.PutAsync("a", new byte[1], Token));

        Assert.Contains($"There is no bucket '{_bucket}' at 127.0.0.1:{server.Port} and it may not be created", error.Message);
        Assert.False(Directory.Exists(server.DirectoryOf(_bucket)));
        Directory.CreateDirectory(server.DirectoryOf(_bucket));
        await store.Blobs.PutAsync("a", new byte[1], Token);
    }

    [Fact]
    public async Task Put_ServerIsDownThenUp_FailsThenSucceeds()
    {
        Assert.SkipWhen(S3Server.Missing is not null, S3Server.Missing ?? "");
        await using var server = await S3Server.StartAsync(Token);
        await using var store = new S3TestStore(server.ConnectionString + ";Timeout=5;Retries=1");
        await store.Blobs.PutAsync("a", new byte[1], Token);

        server.Kill();

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => store.Blobs.PutAsync("b", new byte[1], Token));
        Assert.Contains($"127.0.0.1:{server.Port} cannot be reached", error.Message);
        var health = await store.CheckAsync(Token);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains($"127.0.0.1:{server.Port} cannot be reached", health.Description);

        await server.StartAgainAsync();

        await store.Blobs.PutAsync("b", new byte[2], Token);
        Assert.Equal([0], await store.Blobs.GetAsync("a", Token));
        Assert.Equal(HealthStatus.Healthy, (await store.CheckAsync(Token)).Status);
    }

    /// <summary>Neither of which servers other than AWS understand; the body is covered by the signature all the same.</summary>
    [Fact]
    public async Task Put_AnyServer_GetsTheBodyAsItIsWithItsHashAndNoTrailer()
    {
        await using var server = await S3Peer.AcceptsAsync();
        await using var store = new S3TestStore($"Endpoint={server.Address};Bucket={_bucket};AccessKey=id;SecretKey={Secret}");
        byte[] content = [1, 2, 3, 4];

        await store.Blobs.PutAsync("a", content, Token);

        var (_, headers, body) = Assert.Single(server.Requests, request => request.Method == "PUT");
        Assert.Equal(content, body);
        Assert.Equal(content.Length, headers.ContentLength);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), headers["x-amz-content-sha256"]);
        Assert.DoesNotContain(headers, header => header.Key is "Content-Encoding" or "Transfer-Encoding" or "x-amz-trailer");
    }

    [Fact]
    public async Task Get_ServerNeverAnswers_EndsAtTheDeadline()
    {
        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new S3TestStore($"Endpoint=http://{silent.LocalEndpoint};Bucket={_bucket};AccessKey=id;SecretKey={Secret};Timeout=1;Retries=0");

        var error = await Assert.ThrowsAsync<S3BlobStoreException>(() => store.Blobs.GetAsync("a", Token));

        Assert.Contains("did not answer within 1 s", error.Message);
    }

    [Fact]
    public async Task Get_CancelledWhileWaiting_IsCancelled()
    {
        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new S3TestStore($"Endpoint=http://{silent.LocalEndpoint};Bucket={_bucket};AccessKey=id;SecretKey={Secret}");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var reading = store.Blobs.GetAsync("a", cancellation.Token);
        using var accepted = await silent.AcceptTcpClientAsync(Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
