using System.Text.Encodings.Web;
using ImageSearch.Core;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security.Keys;

/// <summary>
/// Finds out whose key a request carries, and says what is missing: problem details to programs, the sign-in page to people.
/// </summary>
internal sealed class KeyAuthentication(
    KeyCheck keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Realm = "Bearer realm=\"ImageSearch\"";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var text = KeyScheme.Read(Request);
        var session = text is null ? KeyScheme.ReadSession(Request) : null;
        if (text is null && session is null)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            return await (text is null ? keys.FindSessionAsync(session!, Context.RequestAborted) : keys.FindAsync(
                text, Context.RequestAborted)) is { } holder
                ? AuthenticateResult.Success(new AuthenticationTicket(holder.ToPrincipal(Scheme.Name), Scheme.Name))
                : AuthenticateResult.Fail("The key is unknown or revoked, or the session is over.");
        }
        catch (BackendUnavailableException e)
        {
            // What needs no key is answered all the same.
            return AuthenticateResult.Fail(e);
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failure = (await HandleAuthenticateOnceSafeAsync()).Failure;
        if (failure is BackendUnavailableException)
        {
            throw failure;
        }

        if (SignIn.IsPage(Request))
        {
            Response.Redirect(SignIn.AddressFor(Request));
            return;
        }

        Response.Headers.WWWAuthenticate = failure is null ? Realm : $"{Realm}, error=\"invalid_token\"";
        await Problems.Create(StatusCodes.Status401Unauthorized, "key-required", failure is null
            ? $"This needs an API key: send it in the header {KeyScheme.Header}, or sign in at /sign-in."
            : $"The API key is unknown here or was revoked: send one that is good in the header {KeyScheme.Header}, or sign in again at /sign-in.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Access.ScopeOf(Context.GetEndpoint(), Request.Method).ToString().ToLowerInvariant();
        return Problems.Create(
            StatusCodes.Status403Forbidden, "scope-missing",
            $"This needs an API key with the scope {needed}, which yours has not: ask the operator for one.").ExecuteAsync(Context);
    }
}
