using ImageSearch.Core.Blobs;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IBlobStore"/> promises.</summary>
public abstract class BlobStoreTests : IAsyncLifetime
{
    protected IBlobStore Store { get; private set; } = null!;

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected abstract Task<IBlobStore> OpenAsync();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Get_UnknownKey_IsNull()
    {
        Assert.Null(await Store.GetAsync("images/none", Token));
        Assert.Null(await Store.OpenReadAsync("images/none", Token));
        Assert.False(await Store.ExistsAsync("images/none", Token));
        Assert.False(await Store.DeleteAsync("images/none", Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Put_Content_IsReadBackWhole(int length)
    {
        var content = Content(length);

        await Store.PutAsync("images/a", content, Token);

        Assert.Equal(content, await (await OpenAsync()).GetAsync("images/a", Token));
        Assert.True(await Store.ExistsAsync("images/a", Token));
        await using var stream = await Store.OpenReadAsync("images/a", Token);
        Assert.Equal(length, stream!.Length);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task Put_Again_ReplacesWhileReadersGoOn()
    {
        await Store.PutAsync("a", Content(100_000), Token);
        await using var reader = await Store.OpenReadAsync("a", Token);

        await Store.PutAsync("a", new byte[] { 1, 2, 3 }, Token);

        using var copy = new MemoryStream();
        await reader!.CopyToAsync(copy, Token);
        Assert.Equal(Content(100_000), copy.ToArray());
        Assert.Equal([1, 2, 3], await Store.GetAsync("a", Token));
    }

    [Fact]
    public async Task Put_ManyTasksTheSameKey_ReadersSeeOneOfThemWhole()
    {
        var other = await OpenAsync();
        await Store.PutAsync("a", Filled(0), Token);
        var writing = Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => (i % 2 == 0 ? Store : other).PutAsync("a", Filled(i), Token))));
        do
        {
            var content = await Store.GetAsync("a", Token);
            Assert.Equal(Filled(content![0]), content);
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Fact]
    public async Task Delete_Blob_IsGoneOnce()
    {
        await Store.PutAsync("images/a", Content(10), Token);

        Assert.True(await Store.DeleteAsync("images/a", Token));
        Assert.False(await Store.DeleteAsync("images/a", Token));
        Assert.Null(await Store.GetAsync("images/a", Token));
    }

    [Fact]
    public async Task Put_KeysThatArePrefixesOfOthers_DoNotCollide()
    {
        string[] keys = ["a", "a/b", "a/b/c", "a.b", "..a/b", "images/00", "images/00/00", "...", "a/...", new string('x', 200)];
        foreach (var key in keys)
        {
            await Store.PutAsync(key, System.Text.Encoding.ASCII.GetBytes(key), Token);
        }

        foreach (var key in keys)
        {
            Assert.Equal(key, System.Text.Encoding.ASCII.GetString((await Store.GetAsync(key, Token))!));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("a~")]
    [InlineData("é")]
    public async Task Key_ThatIsNone_IsRefusedEverywhere(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, Content(1), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.GetAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ExistsAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key, Token));
    }

    [Fact]
    public async Task Key_LongerThan200_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(new string('x', 201), Content(1), Token));

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static byte[] Filled(int value)
    {
        var content = new byte[50_000];
        Array.Fill(content, (byte)value);
        return content;
    }
}
