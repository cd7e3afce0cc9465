using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Body of <c>POST /api/v1/keys</c>.</summary>
/// <param name="Name">What to call the key, 1 to 100 characters.</param>
/// <param name="Scope"><c>read</c>, <c>write</c> or <c>admin</c>; each includes those before it.</param>
public sealed record KeyRequest(string? Name, [property: AllowedValues("read", "write", "admin")] string? Scope);

/// <summary>A new key.</summary>
/// <param name="Key">The key itself, which is told this once and kept nowhere.</param>
public sealed record KeyCreated(string Id, string Key, string Name, IReadOnlyList<ApiScope> Scopes, DateTimeOffset CreatedAt)
{
    /// <summary>Without the key: records end up in logs.</summary>
    public override string ToString() => $"{nameof(KeyCreated)} {{ Id = {Id}, Name = {Name} }}";
}

/// <summary>Answer of <c>GET /api/v1/keys</c>, newest first.</summary>
public sealed record KeyList(IReadOnlyList<KeySummary> Keys);

/// <summary>A key without what would let anybody use it.</summary>
/// <param name="Scopes">All that it has: <c>read</c>, <c>write</c>, <c>admin</c>.</param>
public sealed record KeySummary(
    string Id,
    string Name,
    IReadOnlyList<ApiScope> Scopes,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RevokedAt);

/// <summary>What a key allows; each scope includes those before it. The numbers are stored.</summary>
[JsonConverter(typeof(WordConverter<ApiScope>))]
public enum ApiScope
{
    /// <summary>A word that this version does not know.</summary>
    Unknown = 0,

    /// <summary>Searching, listing, looking at pictures.</summary>
    Read = 1,

    /// <summary>Adding, changing and deleting pictures.</summary>
    Write = 2,

    /// <summary>Creating and revoking keys.</summary>
    Admin = 3,
}
