using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

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
            .. If(options.KeyCacheTime < TimeSpan.Zero || options.KeyCacheTime > TimeSpan.FromHours(1), "Security:KeyCacheTime must be from 0 to 1 hour."),
            .. If(
                options.SessionLifetime < TimeSpan.FromMinutes(1) || options.SessionLifetime > TimeSpan.FromDays(365), "Security:SessionLifetime must be from 1 minute to 365 days."),
            .. If(options.KeyGraceTime < TimeSpan.Zero || options.KeyGraceTime > TimeSpan.FromDays(1), "Security:KeyGraceTime must be from 0 to 1 day."),
        ];
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> If(bool wrong, string sentence) => wrong ? [sentence] : [];
}
