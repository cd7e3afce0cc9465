using ImageSearch.Web.Security;
using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>Takes a key for the pages: what a program sends in a header, a browser keeps in a cookie.</summary>
public sealed partial class SignInPage : ComponentBase
{
    [SupplyParameterFromQuery]
    private string? Return { get; set; }

    [SupplyParameterFromQuery]
    private string? Problem { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IOptions<SecurityOptions> Options { get; set; } = null!;

    private KeyHolder? Holder => KeyHolder.Of(Context.User);

    private string Way => SignIn.WayBack(Return);

    /// <summary>
    /// A browser that came by a link from another site left the cookie at home, which is for this site's own pages only. Sent on by this
    /// page it brings the cookie: whoever is signed in already goes on without typing.
    /// </summary>
    private bool ComesFromElsewhere => Holder is null && Trouble is null && Context.Request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        // Not every browser says so over plain http: the link's own site is the next best.
        "" => Uri.TryCreate(Context.Request.Headers.Referer, UriKind.Absolute, out var page)
            && !page.Authority.Equals(Context.Request.Host.Value, StringComparison.OrdinalIgnoreCase),
        var site => site == "cross-site",
    };

    private string Lead => Options.Value.RequireKey switch
    {
        KeyRequirement.All => "This collection takes a key to be looked at.",
        KeyRequirement.Writes => "Anyone may search here. Adding and deleting pictures takes a key.",
        _ => "No key is needed here.",
    };

    private string? Trouble => Problem switch
    {
        "unknown" => "There is no such key, or it was revoked. Check that it was copied whole.",
        "away" => "Keys cannot be checked right now. Try again in a moment.",
        _ => null,
    };

    private static string Allowed(KeyHolder holder) => holder.Scope switch
    {
        ApiScope.Read => "search and look",
        ApiScope.Write => "search, add, change and delete pictures",
        _ => "do everything, and manage keys",
    };
}
