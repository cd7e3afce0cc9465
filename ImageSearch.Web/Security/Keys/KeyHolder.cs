using System.Security.Claims;

namespace ImageSearch.Web.Security.Keys;

/// <summary>Whose key a request brought.</summary>
/// <param name="Id">Of the key.</param>
/// <param name="Name">What a person called the key.</param>
internal sealed record KeyHolder(string Id, string Name, ApiScope Scope)
{
    private const string IdClaim = "key";
    private const string ScopeClaim = "scope";

    /// <summary>Who has <c>Security:AdminKey</c>. No key of the store has this id: those are longer.</summary>
    public static KeyHolder Operator { get; } = new("operator", "Security:AdminKey", ApiScope.Admin);

    /// <summary>Null: the request brought no key that is good.</summary>
    public static KeyHolder? Of(ClaimsPrincipal user) =>
        user.FindFirst(IdClaim) is { } id && Enum.TryParse<ApiScope>(user.FindFirstValue(ScopeClaim), out var scope)
        ? new KeyHolder(id.Value, user.Identity?.Name ?? "", scope)
        : null;

    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new Claim(IdClaim, Id), new Claim(ClaimTypes.Name, Name), new Claim(ScopeClaim, Scope.ToString())], scheme));

    /// <summary>As it is written in an answer: every scope that the key has.</summary>
    public static IReadOnlyList<ApiScope> Scopes(ApiScope scope) =>
        [.. Enum.GetValues<ApiScope>().Where(each => each != ApiScope.Unknown && each <= scope)];
}
