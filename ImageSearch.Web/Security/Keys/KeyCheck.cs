using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Follows from what every replica has and the store has not: who reads the store cannot make a session.</summary>
    private readonly byte[] _sessionKey = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.AdminKey ?? "none"), 32, info: "ImageSearch sessions"u8.ToArray());

    private readonly byte[]? _admin = string.IsNullOrEmpty(options.Value.AdminKey) ? null : ApiKeyText.HashOf(options.Value.AdminKey);

    /// <returns>Null: the key is unknown, revoked, or none at all.</returns>
    /// <exception cref="BackendUnavailableException">The store of keys is away, and the key was not seen before.</exception>
    public async ValueTask<KeyHolder?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (_admin is not null && text.Length <= ApiKeyText.MaximumLength
            && CryptographicOperations.FixedTimeEquals(ApiKeyText.HashOf(text), _admin))
        {
            return KeyHolder.Operator;
        }

        if (!ApiKeyText.TryParse(text, out var given) || await FindKeyAsync(given.Id, cancellationToken) is not { RevokedAt: null } key
            || !given.Matches(key))
        {
            return null;
        }

        use.Note(key.Id);
        return new KeyHolder(key.Id, key.Name, key.Scope);
    }

    /// <returns>
    /// A session of this key, as text for a cookie. It is not the key and leads to none, and any replica takes it. Null: the key is no
    /// longer good.
    /// </returns>
    /// <exception cref="BackendUnavailableException">The store of keys is away.</exception>
    public async ValueTask<string?> BeginSessionAsync(KeyHolder holder, CancellationToken cancellationToken) =>
        await FindGoodAsync(holder.Id, cancellationToken) is { } good
        ? SessionText.Write(holder.Id, time.GetUtcNow() + options.Value.SessionLifetime, SecretOf(good.Hash))
        : null;

    /// <returns>Whose session it is; null: it is over, its key is unknown or revoked, or it is none at all.</returns>
    /// <exception cref="BackendUnavailableException">The store of keys is away, and the key was not seen before.</exception>
    public async ValueTask<KeyHolder?> FindSessionAsync(string text, CancellationToken cancellationToken)
    {
        if (SessionText.TryRead(text) is not { } session || session.Ends <= time.GetUtcNow()
            || await FindGoodAsync(session.KeyId, cancellationToken) is not { } good || !session.IsSealedWith(SecretOf(good.Hash)))
        {
            return null;
        }

        if (good.Holder != KeyHolder.Operator)
        {
            use.Note(session.KeyId);
        }

        return good.Holder;
    }

    /// <summary>Looks again at the next request: the key has changed.</summary>
    public void Forget(string id) => _known.TryRemove(id, out _);

    private byte[] SecretOf(ReadOnlyMemory<byte> hash) => HMACSHA256.HashData(_sessionKey, hash.Span);

    private async ValueTask<(KeyHolder Holder, ReadOnlyMemory<byte> Hash)?> FindGoodAsync(string id, CancellationToken cancellationToken)
    {
        if (id == KeyHolder.Operator.Id)
        {
            return _admin is null ? null : (KeyHolder.Operator, _admin);
        }

        return await FindKeyAsync(id, cancellationToken) is { RevokedAt: null } key
            ? (new KeyHolder(key.Id, key.Name, key.Scope), key.Hash)
            : null;
    }

    private async ValueTask<ApiKey?> FindKeyAsync(string id, CancellationToken cancellationToken)
    {
        var isKnown = _known.TryGetValue(id, out var known);
        if (isKnown && time.GetElapsedTime(known!.SeenAt) < options.Value.KeyCacheTime)
        {
            return known.Key;
        }

        var asked = time.GetTimestamp();
        try
        {
            var key = await store.FindAsync(id, cancellationToken);
            if (key is null)
            {
                _known.TryRemove(id, out _);
            }
            else
            {
                _known[id] = new Known(key, asked);
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
