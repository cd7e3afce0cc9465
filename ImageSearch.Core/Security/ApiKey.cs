namespace ImageSearch.Core.Security;

/// <summary>A key as it is kept: whoever reads the store can use none of them.</summary>
/// <param name="Id">The part of the key that is no secret; names it in lists and logs.</param>
/// <param name="Name">What a person called it.</param>
/// <param name="Hash">SHA-256 of the secret. Secrets are random and long, so nothing slower is needed.</param>
/// <param name="LastUsedAt">To the minute or so; null: never.</param>
/// <param name="RevokedAt">Since when it is good for nothing; null: it is good.</param>
public sealed record ApiKey(
    string Id, string Name, ApiScope Scope, ReadOnlyMemory<byte> Hash, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt = null, DateTimeOffset? RevokedAt = null);
