using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>Pages of other sites that may call the API from a browser. Section <c>Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    public const string Section = "Cors";

    /// <summary>Such as <c>https://gallery.example.org</c>. Default: none.</summary>
    public IList<string> Origins { get; } = [];

    public bool Allows(string? origin) => origin is not null && Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}

/// <summary>An origin is a scheme, a host and a port; "*" is none: it would open whatever only the network protects.</summary>
internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        string[] mistakes = [.. options.Origins.Where(origin => !IsOrigin(origin)).Select(origin =>
            $"Cors:Origins has '{origin}': name each origin as a browser does, scheme, host and port if it is not the scheme's, such as https://gallery.example.org.")];
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase) && uri.UserInfo.Length == 0;
}
