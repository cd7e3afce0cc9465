using System.Collections.Concurrent;
using System.Security.Cryptography;
using ImageSearch.Core;
using ImageSearch.Core.Security;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security.Keys;

/// <summary>
/// Tells whose key it is. Keys that were found are remembered for some seconds, so that a request costs a hash and no look-up, and longer
/// while the store is away, so that searches go on without it. What was not found is not remembered: guesses must not fill the memory.
/// </summary>
internal sealed class KeyCheck(IApiKeyStore store, KeyUse use, TimeProvider time, IOptions<SecurityOptions> options)
{
    private readonly ConcurrentDictionary<string, Known> _known = new();
    private readonly byte[]? _admin = string.IsNullOrEmpty(options.Value.AdminKey) ? null : ApiKeyText.HashOf(options.Value.AdminKey);

    /// <returns>Null: the key is unknown, revoked, or none at all.</returns>
    /// <exception cref="BackendUnavailableException">The store of keys is away, and the key was not seen before.</exception>
    public async ValueTask<KeyHolder?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (_admin is not null && text.Length <= ApiKeyText.MaximumLength && CryptographicOperations.FixedTimeEquals(ApiKeyText.HashOf(text), _admin))
        {
            return KeyHolder.Operator;
        }

        if (!ApiKeyText.TryParse(text, out var given) || await FindAsync(given, cancellationToken) is not { RevokedAt: null } key || !given.Matches(key))
        {
            return null;
        }

        use.Note(key.Id);
        return new KeyHolder(key.Id, key.Name, key.Scope);
    }

    /// <summary>Looks again at the next request: the key has changed.</summary>
    public void Forget(string id) => _known.TryRemove(id, out _);

    private async ValueTask<ApiKey?> FindAsync(ApiKeyText given, CancellationToken cancellationToken)
    {
        var isKnown = _known.TryGetValue(given.Id, out var known);
        if (isKnown && time.GetElapsedTime(known!.SeenAt) < options.Value.KeyCacheTime)
        {
            return known.Key;
        }

        var asked = time.GetTimestamp();
        try
        {
            var key = await store.FindAsync(given.Id, cancellationToken);
            if (key is null)
            {
                _known.TryRemove(given.Id, out _);
            }
            else
            {
                _known[given.Id] = new Known(key, asked);
            }

            return key;
        }
        catch (BackendUnavailableException) when (isKnown && time.GetElapsedTime(known!.SeenAt) < options.Value.KeyGraceTime)
        {
            return known.Key;
        }
    }

    private sealed record Known(ApiKey Key, long SeenAt);
}
