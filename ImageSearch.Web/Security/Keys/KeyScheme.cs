using Microsoft.Extensions.Primitives;

namespace ImageSearch.Web.Security.Keys;

/// <summary>Where a request carries its key, a header, or the session of a browser that has signed in with one, a cookie.</summary>
internal static class KeyScheme
{
    public const string Name = "ApiKey";
    public const string Header = "X-Api-Key";
    public const string Cookie = "imagesearch-key";

    private const string Bearer = "Bearer ";

    /// <returns>The key; null: it carries none.</returns>
    public static string? Read(HttpRequest request) => Text(request.Headers[Header]) ?? FromAuthorization(request.Headers.Authorization);

    private static string? FromAuthorization(StringValues header) =>
        Text(header) is { } text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? Text(text[Bearer.Length..].Trim()) : null;

    /// <summary>
    /// A browser adds the cookie to whatever a page makes it send. SameSite keeps it from pages of other sites, and the protection against
    /// cross-site writes compares Origin; a write that says neither where it comes from is not sent by a page that a browser of today
    /// shows.
    /// </summary>
    /// <returns>The session; null: it has none.</returns>
    public static string? ReadSession(HttpRequest request) =>
        IsSafe(request.Method) || request.Headers.Origin.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Site")
            ? Text(request.Cookies[Cookie])
            : null;

    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static string? Text(StringValues value) => value is [{ Length: > 0 } text] ? text : null;
}
