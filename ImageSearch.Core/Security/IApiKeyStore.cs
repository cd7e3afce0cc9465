namespace ImageSearch.Core.Security;

/// <summary>Keeps the API keys. Revoked ones stay, so that a log that names one can be understood.</summary>
public interface IApiKeyStore
{
    /// <summary>Adds a key, created now.</summary>
    /// <returns>The key as it is kept.</returns>
    /// <exception cref="InvalidOperationException">There is a key with this id already; it stays as it was.</exception>
    Task<ApiKey> AddAsync(string id, string name, ApiScope scope, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>All keys, newest first.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a key for good; one that is revoked keeps the time at which it was.</summary>
    /// <returns>False when there is no such key.</returns>
    Task<bool> RevokeAsync(string id, CancellationToken cancellationToken);

    /// <summary>Notes that keys were used now; unknown ones are passed over.</summary>
    Task TouchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);
}

/// <summary>A key as it is kept: whoever reads the store can use none of them.</summary>
/// <param name="Id">The part of the key that is no secret; names it in lists and logs.</param>
/// <param name="Name">What a person called it.</param>
/// <param name="Hash">SHA-256 of the secret. Secrets are random and long, so nothing slower is needed.</param>
/// <param name="LastUsedAt">To the minute or so; null: never.</param>
/// <param name="RevokedAt">Since when it is good for nothing; null: it is good.</param>
public sealed record ApiKey(
    string Id, string Name, ApiScope Scope, ReadOnlyMemory<byte> Hash, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt = null,
    DateTimeOffset? RevokedAt = null);
