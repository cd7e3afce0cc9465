using System.Text.Json.Serialization;
using ImageSearch.Core.Security;

namespace ImageSearch.Web.Security.Keys;

/// <summary>A key without what would let anybody use it.</summary>
/// <param name="Scopes">All that it has: <c>read</c>, <c>write</c>, <c>admin</c>.</param>
internal sealed record KeySummary(
    string Id,
    string Name,
    IReadOnlyList<ApiScope> Scopes,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RevokedAt)
{
    public static KeySummary Of(ApiKey key) => new(key.Id, key.Name, KeyHolder.Scopes(key.Scope), key.CreatedAt, key.LastUsedAt, key.RevokedAt);
}
