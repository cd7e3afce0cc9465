using ImageSearch.Core;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests;

/// <summary>When the fault is the store's, not the picture's.</summary>
public sealed class StoreFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_StoreFailsForAMoment_TriesAgain()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = IngestHost.Start(_directory, FlakyBlobStore.Failing(2), ("Ingest:AllowPrivateAddresses", "true"));

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls = Enumerable.Range(0, 8).Select(i => server.Url($"/{i}")) }));

        Assert.Equal((8, 0, 0), (status.Accepted, status.Duplicate, status.Rejected));
    }

    public static TheoryData<Exception> FailuresOfTheStore =>
    [
        new StorageException(StorageFault.Full, "The disk of /data is full."), new BackendUnavailableException("It does not answer."),
        new TaskCanceledException("It took too long."), new TimeoutException("It took too long."),
    ];

    [Theory]
    [MemberData(nameof(FailuresOfTheStore), DisableDiscoveryEnumeration = true)]
    public async Task Import_StoreIsAwayOrSlowForLong_NoSourceIsGivenUp(Exception failure)
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        // More often than any other failure is tried again; pauses end as they begin.
        await using var host = IngestHost.Start(
            _directory, services => { FlakyBlobStore.Failing(20, failure)(services); services.AddSingleton<TimeProvider>(new HastyClock()); },
            ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:10:00"));

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls = Enumerable.Range(0, 2).Select(i => server.Url($"/{i}")) }));

        Assert.Equal((2, 0, 0), (status.Accepted, status.Duplicate, status.Rejected));
    }

    [Theory]
    [InlineData(StorageFault.Full, HttpStatusCode.InsufficientStorage, "storage-full", "is full")]
    [InlineData(StorageFault.ReadOnly, HttpStatusCode.ServiceUnavailable, "storage-unavailable", "read-only")]
    [InlineData(StorageFault.Failed, HttpStatusCode.ServiceUnavailable, "storage-unavailable", "fails")]
    [InlineData(StorageFault.Damaged, HttpStatusCode.ServiceUnavailable, "storage-unavailable", "damaged")]
    [InlineData(StorageFault.Busy, HttpStatusCode.ServiceUnavailable, "storage-unavailable", "locked")]
    public async Task Upload_DiskRefuses_SaysSoWithoutPathsAndWhenToComeBack(StorageFault fault, HttpStatusCode status, string slug, string sentence)
    {
        await using var host = IngestHost.Start(_directory, FlakyBlobStore.Failing(1, new StorageException(fault, "The disk of /secret/data refuses.")));
        using var form = IngestHost.Form(Png.CreateMany(3));
        using var response = await host.Http.PostAsync("/images", form);

        var problem = await ProblemAssert.IsAsync(response, status, slug);
        Assert.Contains(sentence, problem.GetProperty("detail").GetString());
        Assert.DoesNotContain("/secret", problem.GetRawText());
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(5));
        Assert.Equal(0, await host.Store.CountAsync(default));
        Assert.All((await host.UploadAsync(Png.CreateMany(3))).Images, image => Assert.Equal(UploadState.Accepted, image.State));
    }

    [Fact]
    public async Task Upload_StoreFails_IsAnErrorOfTheServerThatAddsNothing()
    {
        await using var host = IngestHost.Start(_directory, FlakyBlobStore.Failing(1));
        using var form = IngestHost.Form(Png.CreateMany(10));
        using var response = await host.Http.PostAsync("/images", form);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("The server of the blobs", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, await host.Store.CountAsync(default));
        Assert.Equal(0, host.Buffers.InUse);
        Assert.All((await host.UploadAsync(Png.CreateMany(10))).Images, image => Assert.Equal(UploadState.Accepted, image.State));
    }

    /// <summary>Real time, of which pauses are a thousandth.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 1000 : dueTime, period);
    }
}
