namespace ImageSearch.Client.Keys;

/// <summary>A new API key.</summary>
/// <param name="Key">The key itself: it is told this once and never again.</param>
public sealed record CreatedApiKey(string Id, string Key, string? Name = null, IReadOnlyList<KeyScope>? Scopes = null, DateTimeOffset? CreatedAt = null)
{
    /// <summary>Without the key: records end up in logs.</summary>
    public override string ToString() => $"{nameof(CreatedApiKey)} {{ Id = {Id}, Name = {Name} }}";
}
