namespace ImageSearch.Client.Keys;

/// <summary>What is known of an API key; its secret is not.</summary>
public sealed record ApiKey(
    string Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt = null,
    DateTimeOffset? RevokedAt = null);
