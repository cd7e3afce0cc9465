using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>Who may do what. Configuration section <c>Security</c>.</summary>
internal sealed class SecurityOptions
{
    public const string Section = "Security";
    public const int ShortestAdminKey = 32;

    /// <summary><c>None</c> (default), <c>Writes</c> or <c>All</c>.</summary>
    public KeyRequirement RequireKey { get; set; }

    /// <summary>
    /// A key with the scope admin that is not in the store, to create the first one with: at least 32 characters, from a secret. The same
    /// in every replica. Needed where keys are required; without it nobody is an admin but by a key of the store.
    /// </summary>
    public string? AdminKey { get; set; }

    /// <summary>
    /// What protects forms where there is no <see cref="AdminKey"/>: any secret text, the same in every replica. The AppHost gives each run
    /// a new one. Default: none, a random one per process.
    /// </summary>
    public string? FormKey { get; set; }

    /// <summary>
    /// How long a key that was found good is taken for good: so long may a revoked one go on at other replicas. Default 5 s.
    /// </summary>
    public TimeSpan KeyCacheTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a key that was found good is taken for good while the store of keys is away. Default 10 min; 0: not at all.
    /// </summary>
    public TimeSpan KeyGraceTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after signing in a browser has to sign in again; closing it ends the session sooner. Default 7 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>Finds every mistake at once. Never quotes the key.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        string[] mistakes =
        [
            .. If(!Enum.IsDefined(options.RequireKey), "Security:RequireKey must be None, Writes or All."),
            .. If(
                options.RequireKey != KeyRequirement.None && string.IsNullOrEmpty(options.AdminKey),
                $"Security:RequireKey is {options.RequireKey}, which needs Security:AdminKey: without it nobody could create the first key."),
            .. If(
                options.AdminKey is { Length: > 0 and < SecurityOptions.ShortestAdminKey },
                $"Security:AdminKey must have at least {SecurityOptions.ShortestAdminKey} characters, such as `openssl rand -hex 32` gives."),
            .. If(
                options.AdminKey?.Any(c => c is <= ' ' or > '~') == true,
                "Security:AdminKey must consist of printable ASCII characters without spaces: it is sent in a header."),
            .. If(
                options.KeyCacheTime < TimeSpan.Zero || options.KeyCacheTime > TimeSpan.FromHours(1),
                "Security:KeyCacheTime must be from 0 to 1 hour."),
            .. If(
                options.SessionLifetime < TimeSpan.FromMinutes(1) || options.SessionLifetime > TimeSpan.FromDays(365),
                "Security:SessionLifetime must be from 1 minute to 365 days."),
            .. If(
                options.KeyGraceTime < TimeSpan.Zero || options.KeyGraceTime > TimeSpan.FromDays(1),
                "Security:KeyGraceTime must be from 0 to 1 day."),
        ];
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> If(bool wrong, string sentence) => wrong ? [sentence] : [];
}
