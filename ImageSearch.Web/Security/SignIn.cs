namespace ImageSearch.Web.Security;

/// <summary>Addresses of the page that takes a key, and the way back from it.</summary>
internal static class SignIn
{
    public const string Page = "/sign-in";

    /// <summary>A person's browser asks for a page or sends a page's form; it is no script that asks for data.</summary>
    public static bool IsPage(HttpRequest request) =>
        (request.IsGetOrHead() || HttpMethods.IsPost(request.Method))
            && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static string AddressFor(HttpRequest request) =>
        request.Path == "/" && !request.QueryString.HasValue
            ? Page
            : $"{Page}?return={Uri.EscapeDataString($"{request.PathBase}{request.Path}{request.QueryString}")}";

    /// <summary>
    /// Where to go on: an address of this site, whatever was asked for. Nobody is sent elsewhere by a link to the sign-in page.
    /// </summary>
    public static string WayBack(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.All(c => c is > ' ' and <= '~' and not '\\')
            && !address.StartsWith(Page, StringComparison.OrdinalIgnoreCase)
            ? address
            : "/";
}
