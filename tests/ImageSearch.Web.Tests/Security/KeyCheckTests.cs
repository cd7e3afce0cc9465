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
