using System.Diagnostics.CodeAnalysis;
using ImageSearch.Ingest.Intake;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Which URLs are fetched at all.</summary>
internal static class FetchUrl
{
    public const string Rule = "an absolute http or https URL of at most 2048 characters, without a user name or password";

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        return text is { Length: <= SourceName.MaximumUrlLength } && Uri.TryCreate(text, UriKind.Absolute, out url) && IsAllowed(url);
    }

    public static bool IsAllowed(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.UserInfo.Length == 0
            && url.Host.Length > 0;
}

/// <summary>Body of <c>POST /fetch</c>.</summary>
public sealed record FetchRequest(string? Url);
