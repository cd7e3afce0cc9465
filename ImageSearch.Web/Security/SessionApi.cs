using ImageSearch.Core;
using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageSearch.Web.Security;

/// <summary>
/// What the sign-in page's forms post to; the framework checks their antiforgery tokens. The cookie says which key signed in and until
/// when, sealed with what only this service knows: there is no session to keep, any replica answers, and revoking the key ends it.
/// </summary>
internal static class SessionApi
{
    public const string Begin = "/session";
    public const string End = "/session/end";

    public static void MapSession(this IEndpointRouteBuilder app)
    {
        app.MapPost(Begin, BeginAsync).WithName("beginSession").AllowAnonymous().ExcludeFromDescription();
        app.MapPost(End, EndSession).WithName("endSession").AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<RedirectHttpResult> BeginAsync(
        HttpContext context, KeyCheck keys, [FromForm] string? key, [FromForm(Name = "return")] string? back,
        CancellationToken cancellationToken)
    {
        var text = key?.Trim() ?? "";
        var way = SignIn.WayBack(back);
        KeyHolder? holder;
        string? session;
        try
        {
            holder = await keys.FindAsync(text, cancellationToken);
            session = holder is null ? null : await keys.BeginSessionAsync(holder, cancellationToken);
        }
        catch (BackendUnavailableException)
        {
            return Again("away");
        }

        if (holder is null || session is null)
        {
            context.AddAuditDetail("refused");
            return Again("unknown");
        }

        context.AddAuditDetail($"key {holder.Id}");
        context.Response.Cookies.Append(KeyScheme.Cookie, session, Cookie(context.Request));
        return TypedResults.LocalRedirect(way);

        RedirectHttpResult Again(string problem) =>
            TypedResults.LocalRedirect($"{SignIn.Page}?problem={problem}{(way == "/" ? "" : $"&return={Uri.EscapeDataString(way)}")}");
    }

    private static RedirectHttpResult EndSession(HttpContext context, [FromForm] string? end)
    {
        _ = end;
        context.Response.Cookies.Delete(KeyScheme.Cookie, Cookie(context.Request));
        return TypedResults.LocalRedirect(SignIn.Page);
    }

    private static CookieOptions Cookie(HttpRequest request) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = "/", IsEssential = true };
}
