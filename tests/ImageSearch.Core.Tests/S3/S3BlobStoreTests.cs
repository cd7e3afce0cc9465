using ImageSearch.Core.Blobs;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(S3ServerFixture))]

namespace ImageSearch.Core.Tests.S3;

public sealed class S3BlobStoreTests(S3ServerFixture servers) : BlobStoreTests
{
    private readonly string _bucket = $"test-{Guid.NewGuid():N}";
    private readonly List<S3TestStore> _stores = [];
    private S3Server _server = null!;

    protected override Task<IBlobStore> OpenAsync() => Task.FromResult(Open().Blobs);

    public override async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task Put_BucketIsMissingAndManyStoresRace_AllSucceed()
    {
        var stores = Enumerable.Range(0, 10).Select(_ => Open().Blobs).ToArray();

        await Task.WhenAll(stores.SelectMany((store, i) => Enumerable.Range(0, 5).Select(j => store.PutAsync($"{i}/{j}", new[] { (byte)i, (byte)j }, Token))));

        for (var i = 0; i < stores.Length; i++)
        {
            Assert.Equal([(byte)i, 4], await Store.GetAsync($"{i}/4", Token));
        }
    }

    [Fact]
    public async Task Put_BucketWasDeletedMeanwhile_CreatesItAgain()
    {
        await Store.PutAsync("a", new byte[1], Token);
        Directory.Delete(_server.DirectoryOf(_bucket), recursive: true);

        await Store.PutAsync("a", new byte[2], Token);

        Assert.Equal(2, (await Store.GetAsync("a", Token))!.Length);
    }

    [Fact]
    public async Task Get_BucketWasDeletedMeanwhile_IsNull()
    {
        await Store.PutAsync("a", new byte[1], Token);
        Directory.Delete(_server.DirectoryOf(_bucket), recursive: true);

        Assert.Null(await Store.GetAsync("a", Token));
    }

    [Fact]
    public async Task Put_LargeObject_IsReadBackWhole()
    {
        var content = new byte[64 << 20];
        new Random(1).NextBytes(content);

        await Store.PutAsync("large", content, Token);

        var read = await Store.GetAsync("large", Token);
        Assert.True(content.AsSpan().SequenceEqual(read)); // Assert.Equal compares byte by byte, for seconds
    }

    [Fact]
    public async Task Put_PartOfAnArray_StoresThatPart()
    {
        byte[] content = [1, 2, 3, 4, 5];

        await Store.PutAsync("part", content.AsMemory(1, 3), Token);

        Assert.Equal([2, 3, 4], await Store.GetAsync("part", Token));
    }

    [Fact]
    public async Task All_50InParallel_KeepTheirContent() =>
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            var content = new byte[100_000 + i];
            new Random(i).NextBytes(content);
            await Store.PutAsync($"p/{i}", content, Token);
            Assert.Equal(content, await Store.GetAsync($"p/{i}", Token));
            Assert.True(await Store.ExistsAsync($"p/{i}", Token));
            Assert.True(await Store.DeleteAsync($"p/{i}", Token));
            Assert.False(await Store.ExistsAsync($"p/{i}", Token));
        }));

    [Fact]
    public async Task OpenRead_DisposedUnread_GivesConnectionsBack()
    {
        await Store.PutAsync("large", new byte[4 << 20], Token);

        for (var i = 0; i < 300; i++)
        {
            await using var stream = await Store.OpenReadAsync("large", Token);
            Assert.Equal(1, await stream!.ReadAsync(new byte[1], Token));
        }
    }

    [Fact]
    public async Task Put_Cancelled_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a", new byte[10], cancellation.Token));

        Assert.False(await Store.ExistsAsync("a", Token));
    }

    private S3TestStore Open()
    {
        var store = new S3TestStore(_server.ConnectionStringOf(_bucket));
        _stores.Add(store);
        return store;
    }
}
