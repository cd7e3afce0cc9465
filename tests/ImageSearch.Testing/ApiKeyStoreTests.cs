using ImageSearch.Core.Security;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IApiKeyStore"/> promises.</summary>
public abstract class ApiKeyStoreTests : IAsyncLifetime
{
    private static readonly byte[] Hash = [.. Enumerable.Range(0, 32).Select(i => (byte)(255 - i))];

    protected FakeTimeProvider Clock { get; } = new();

    protected IApiKeyStore Store { get; private set; } = null!;

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected abstract Task<IApiKeyStore> OpenAsync();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Empty_HasNoKeys()
    {
        Assert.Empty(await Store.ListAsync(Token));
        Assert.Null(await Store.FindAsync("a", Token));
        Assert.False(await Store.RevokeAsync("a", Token));
        await Store.TouchAsync(["a"], Token);
        await Store.TouchAsync([], Token);
        Assert.Null(await Store.FindAsync("a", Token));
    }

    [Theory]
    [InlineData(ApiScope.Read)]
    [InlineData(ApiScope.Write)]
    [InlineData(ApiScope.Admin)]
    public async Task Add_Key_IsFoundAsGivenByEveryProcess(ApiScope scope)
    {
        var added = await Store.AddAsync("a", "Ann's laptop \u00e9\u4e2d \"'$", scope, Hash, Token);
        var other = await OpenAsync();

        AssertSame(new ApiKey("a", "Ann's laptop \u00e9\u4e2d \"'$", scope, Hash, Clock.GetUtcNow()), added);
        AssertSame(added, await Store.FindAsync("a", Token));
        AssertSame(added, await other.FindAsync("a", Token));
        Assert.Null(await other.FindAsync("A", Token));
    }

    [Fact]
    public async Task Add_KnownId_IsRefusedAndChangesNothing()
    {
        var first = await Store.AddAsync("a", "first", ApiScope.Read, Hash, Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AddAsync("a", "second", ApiScope.Admin, new byte[32], Token));

        AssertSame(first, await Store.FindAsync("a", Token));
    }

    [Fact]
    public async Task List_Several_NewestFirst()
    {
        foreach (var id in new[] { "b", "c", "a" })
        {
            await Store.AddAsync(id, $"name of {id}", ApiScope.Write, Hash, Token);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["a", "c", "b"], (await Store.ListAsync(Token)).Select(key => key.Id));
    }

    [Fact]
    public async Task Revoke_Key_StaysKnownAndKeepsItsFirstTime()
    {
        var key = await Store.AddAsync("a", "a", ApiScope.Read, Hash, Token);
        var kept = await Store.AddAsync("b", "b", ApiScope.Read, Hash, Token);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var revokedAt = Clock.GetUtcNow();
        Assert.True(await Store.RevokeAsync("a", Token));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await Store.RevokeAsync("a", Token));

        AssertSame(key with { RevokedAt = revokedAt }, await (await OpenAsync()).FindAsync("a", Token));
        AssertSame(kept, await Store.FindAsync("b", Token));
        Assert.Equal(2, (await Store.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Touch_Keys_TellsWhenTheyWereLastUsed()
    {
        var key = await Store.AddAsync("a", "a", ApiScope.Read, Hash, Token);
        var unused = await Store.AddAsync("b", "b", ApiScope.Read, Hash, Token);
        await Store.TouchAsync(["a", "unknown"], Token);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Store.TouchAsync(["a"], Token);

        AssertSame(key with { LastUsedAt = Clock.GetUtcNow() }, await Store.FindAsync("a", Token));
        AssertSame(unused, await Store.FindAsync("b", Token));
        Assert.Equal(2, (await Store.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Add_RacingProcesses_OneWins()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            try
            {
                return (await stores[i % 3].AddAsync("a", $"{i}", ApiScope.Read, Hash, Token)).Name;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        })));

        Assert.Equal((await Store.FindAsync("a", Token))!.Name, Assert.Single(outcomes, name => name is not null));
    }

    private static void AssertSame(ApiKey expected, ApiKey? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Hash.ToArray(), actual.Hash.ToArray());
        Assert.Equal(expected with { Hash = default }, actual with { Hash = default });
    }
}
