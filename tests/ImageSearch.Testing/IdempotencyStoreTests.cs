using ImageSearch.Core.Idempotency;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IIdempotencyStore"/> promises.</summary>
public abstract class IdempotencyStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Keep = TimeSpan.FromHours(24);
    private static readonly IdempotentAnswer Answer = new("print", "{\"ä\":1}");

    protected FakeTimeProvider Clock { get; } = new();

    protected IIdempotencyStore Store { get; private set; } = null!;

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected abstract Task<IIdempotencyStore> OpenAsync();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Claim_NewKey_IsMineUntilItIsAnswered()
    {
        Assert.Equal(new IdempotencyClaim(true, null), await ClaimAsync("a", "one"));
        Assert.Equal(new IdempotencyClaim(false, null), await ClaimAsync("a", "two"));
        Assert.Equal(new IdempotencyClaim(true, null), await ClaimAsync("b", "two"));

        Assert.True(await Store.CompleteAsync("a", "one", Answer, Keep, Token));

        Assert.Equal(new IdempotencyClaim(false, Answer), await ClaimAsync("a", "two"));
        Assert.Equal(new IdempotencyClaim(false, Answer), await ClaimAsync("a", "one"));
    }

    [Fact]
    public async Task Claim_AnswerHasExpired_IsMineAgain()
    {
        await ClaimAsync("a", "one");
        await Store.CompleteAsync("a", "one", Answer, Keep, Token);
        Clock.Advance(Keep - TimeSpan.FromSeconds(1));
        Assert.Equal(Answer, (await ClaimAsync("a", "two")).Answer);
        Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new IdempotencyClaim(true, null), await ClaimAsync("a", "two"));
        Assert.Equal(new IdempotencyClaim(false, null), await ClaimAsync("a", "three"));
    }

    [Fact]
    public async Task Claim_OwnerDied_IsTakenOverAndTheOwnerHearsOfIt()
    {
        await ClaimAsync("a", "one");
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        Assert.True((await ClaimAsync("a", "two")).IsMine);

        Assert.False(await Store.RenewAsync("a", "one", Lease, Token));
        Assert.False(await Store.CompleteAsync("a", "one", Answer, Keep, Token));
        await Store.ReleaseAsync("a", "one", Token);
        Assert.True(await Store.CompleteAsync("a", "two", Answer, Keep, Token));
    }

    [Fact]
    public async Task Renew_InTime_KeepsTheKey()
    {
        await ClaimAsync("a", "one");
        Clock.Advance(Lease * 0.8);
        Assert.True(await Store.RenewAsync("a", "one", Lease, Token));
        Clock.Advance(Lease * 0.8);

        Assert.False((await ClaimAsync("a", "two")).IsMine);
    }

    [Fact]
    public async Task Release_ByItsOwner_FreesTheKeyButNeverAnAnswer()
    {
        await ClaimAsync("a", "one");
        await Store.ReleaseAsync("a", "two", Token);
        Assert.False((await ClaimAsync("a", "two")).IsMine);
        await Store.ReleaseAsync("a", "one", Token);
        Assert.True((await ClaimAsync("a", "two")).IsMine);

        await Store.CompleteAsync("a", "two", Answer, Keep, Token);
        await Store.ReleaseAsync("a", "two", Token);
        Assert.False(await Store.RenewAsync("a", "two", Lease, Token));

        Assert.Equal(Answer, (await ClaimAsync("a", "three")).Answer);
    }

    [Fact]
    public async Task Claim_ManyAtOnce_ExactlyOneHasIt()
    {
        var other = await OpenAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => (i % 2 == 0 ? Store : other).ClaimAsync("a", $"owner{i}", Lease, Token))));

        Assert.Single(claims, claim => claim.IsMine);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    public async Task Claim_OfAnUploadThatDiedBeforeTheClockWasSetBack_IsFree(int hours)
    {
        Assert.True((await ClaimAsync("a", "dead")).IsMine);
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(hours));

        Assert.True((await ClaimAsync("a", "living")).IsMine);
        Assert.False((await ClaimAsync("a", "another")).IsMine);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    public async Task Answer_FromBeforeTheClockWasSetBack_IsKept(int hours)
    {
        await ClaimAsync("a", "one");
        await Store.CompleteAsync("a", "one", Answer, Keep, Token);
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(hours));

        Assert.Equal(Answer, (await ClaimAsync("a", "two")).Answer);
    }

    [Fact]
    public async Task Answer_FromWhenTheClockWasYearsAhead_IsNone()
    {
        await ClaimAsync("a", "one");
        await Store.CompleteAsync("a", "one", Answer, Keep, Token);
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromDays(3650));

        Assert.True((await ClaimAsync("a", "two")).IsMine);
    }

    private Task<IdempotencyClaim> ClaimAsync(string key, string owner) => Store.ClaimAsync(key, owner, Lease, Token);
}
