using ImageSearch.Core.Blobs;
using ImageSearch.Core.FileSystem;
using ImageSearch.Testing;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.FileSystem;

public sealed class FileBlobStoreTests : BlobStoreTests
{
    private readonly TemporaryDirectory _directory = new();

    protected override Task<IBlobStore> OpenAsync() => Task.FromResult<IBlobStore>(Open());

    public override async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Put_Done_LeavesNothingAside()
    {
        await Store.PutAsync("a", new byte[10], Token);

        Assert.Empty(Directory.EnumerateFiles(Open().Incoming));
        Assert.All(Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories), file => Assert.StartsWith(_directory.Combine("blobs"), file));
    }

    [Fact]
    public async Task Put_Cancelled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a", new byte[10], cancellation.Token));

        Assert.Empty(Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Get_DirectoryInItsPlace_IsTheBlobsOwnFaultNotTheDisks()
    {
        await Store.PutAsync("a", new byte[10], Token);
        var file = Directory.EnumerateFiles(_directory.Path, "a*", SearchOption.AllDirectories).Single();
        File.Delete(file);
        Directory.CreateDirectory(file);

        await Assert.ThrowsAsync<InvalidDataException>(() => Store.GetAsync("a", Token));
    }

    [Fact]
    public async Task Sweep_Leftovers_OldOnesGoAndLiveOnesStay()
    {
        await Store.PutAsync("a", new byte[10], Token);
        var store = Open();
        var (old, live) = (Path.Combine(store.Incoming, "old"), Path.Combine(store.Incoming, "live"));
        await File.WriteAllBytesAsync(old, new byte[10], Token);
        await File.WriteAllBytesAsync(live, new byte[10], Token);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));

        Assert.Equal(1, store.Sweep(TimeSpan.FromHours(1), TimeProvider.System));

        Assert.Equal([live], Directory.EnumerateFiles(store.Incoming));
        Assert.NotNull(await Store.GetAsync("a", Token));
    }

    [Fact]
    public void Sweep_BeforeTheFirstBlob_FindsNothing() => Assert.Equal(0, Open().Sweep(TimeSpan.FromHours(1), TimeProvider.System));

    private FileBlobStore Open() => new(Options.Create(new DataOptions { Directory = _directory.Path }));
}
