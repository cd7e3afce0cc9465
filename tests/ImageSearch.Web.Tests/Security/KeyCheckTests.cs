using ImageSearch.Core;
using ImageSearch.Core.Security;
using ImageSearch.Web.Security;
using ImageSearch.Web.Security.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Web.Tests.Security;

/// <summary>How long a key that was found is taken for good.</summary>
public sealed class KeyCheckTests : IApiKeyStore
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApiKeyText _key = ApiKeyText.Create();
    private readonly KeyCheck _check;
    private bool _away;
    private bool _revoked;
    private int _lookUps;

    public KeyCheckTests() => _check = new KeyCheck(this, new KeyUse(this, _time, NullLogger<KeyUse>.Instance), _time, Options.Create(new SecurityOptions()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_Again_LooksUpAfterFiveSecondsOnly()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await _check.FindAsync(_key.Reveal(), Token));
        }

        Assert.Equal(1, _lookUps);
        _revoked = true;
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await _check.FindAsync(_key.Reveal(), Token));
        Assert.Equal(2, _lookUps);
    }

    [Fact]
    public async Task Find_WhileTheStoreIsAway_TakesKnownKeysForTenMinutes()
    {
        Assert.NotNull(await _check.FindAsync(_key.Reveal(), Token));
        _away = true;
        _time.Advance(TimeSpan.FromMinutes(9));

        Assert.Equal(_key.Id, (await _check.FindAsync(_key.Reveal(), Token))?.Id);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => _check.FindAsync(ApiKeyText.Create().Reveal(), Token).AsTask());
        _time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<BackendUnavailableException>(() => _check.FindAsync(_key.Reveal(), Token).AsTask());
    }

    [Fact]
    public async Task Find_RightIdAndWrongSecret_IsNobody()
    {
        var text = _key.Reveal();
        Assert.NotNull(await _check.FindAsync(text, Token));

        Assert.Null(await _check.FindAsync(text[..^1] + (text[^1] == 'x' ? 'y' : 'x'), Token));
    }

    [Fact]
    public async Task Session_IsTheKeysUntilItEndsOrTheKeyIsRevoked()
    {
        var holder = (await _check.FindAsync(_key.Reveal(), Token))!;
        var session = (await _check.BeginSessionAsync(holder, Token))!;

        Assert.Equal(holder, await _check.FindSessionAsync(session, Token));
        Assert.Null(await _check.FindAsync(session, Token)); // it is no key
        Assert.DoesNotContain(_key.Reveal()[^40..], session, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await _check.FindSessionAsync(session, Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _check.FindSessionAsync(session, Token));

        session = (await _check.BeginSessionAsync(holder, Token))!;
        _revoked = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await _check.FindSessionAsync(session, Token));
        Assert.Null(await _check.BeginSessionAsync(holder, Token));
    }

    [Fact]
    public async Task Session_ThatIsChanged_IsNobodys()
    {
        var session = (await _check.BeginSessionAsync((await _check.FindAsync(_key.Reveal(), Token))!, Token))!;
        for (var i = 0; i < session.Length - 1; i++) // the last character has bits that mean nothing
        {
            Assert.Null(await _check.FindSessionAsync($"{session[..i]}{(session[i] == '1' ? '2' : '1')}{session[(i + 1)..]}", Token));
        }

        // Sealed by a service that has another operator's key: the store alone makes no session.
        var other = new KeyCheck(
            this, new KeyUse(this, _time, NullLogger<KeyUse>.Instance), _time, Options.Create(new SecurityOptions { AdminKey = new string('k', 32) }));
        Assert.Null(await other.FindSessionAsync(session, Token));
        Assert.Null(await _check.FindSessionAsync(_key.Reveal(), Token));
        Assert.Null(await _check.FindSessionAsync("operator.99999999999.AAAA", Token));
        Assert.Null(await _check.FindSessionAsync("..", Token));
    }

    Task<ApiKey?> IApiKeyStore.FindAsync(string id, CancellationToken cancellationToken)
    {
        _lookUps++;
        return _away
            ? throw new BackendUnavailableException("away")
            : Task.FromResult(id == _key.Id ? new ApiKey(id, "name", ApiScope.Read, _key.Hash(), _time.GetUtcNow(), null, _revoked ? _time.GetUtcNow() : null) : null);
    }

    Task<ApiKey> IApiKeyStore.AddAsync(string id, string name, ApiScope scope, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<ApiKey>> IApiKeyStore.ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<bool> IApiKeyStore.RevokeAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IApiKeyStore.TouchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => Task.CompletedTask;
}
