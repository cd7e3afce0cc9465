using ImageSearch.Testing;

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
        Assert.All((await host.UploadAsync(Png.CreateMany(10))).Images, image => Assert.Equal("accepted", image.State));
    }
}
