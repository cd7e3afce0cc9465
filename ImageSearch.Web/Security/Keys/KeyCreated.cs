using ImageSearch.Core.Security;

namespace ImageSearch.Web.Security.Keys;

/// <summary>A new key.</summary>
/// <param name="Key">The key itself, which is told this once and kept nowhere.</param>
internal sealed record KeyCreated(string Id, string Key, string Name, IReadOnlyList<ApiScope> Scopes, DateTimeOffset CreatedAt);
