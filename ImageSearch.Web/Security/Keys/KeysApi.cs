using ImageSearch.Core.Security;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Security.Keys;

/// <summary>Creating, listing and revoking API keys.</summary>
internal static class KeysApi
{
    public static RouteGroupBuilder MapKeysApi(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys").RequireScope(ApiScope.Admin);
        keys.MapGet("/", ListAsync)
            .WithName("listKeys")
            .WithSummary("List the API keys, newest first")
            .WithDescription("Revoked ones stay in the list. What a key opens cannot be read again.");
        keys.MapPost("/", CreateAsync)
            .WithName("createKey")
            .WithSummary("Create an API key")
            .WithDescription(
                "`scope` is `read`, `write` or `admin`; each includes those before it. The answer is the only one that has the key itself.")
            .Accepts<KeyRequest>("application/json")
            .Produces<KeyCreated>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        keys.MapDelete("/{id}", RevokeAsync)
            .WithName("revokeKey")
            .WithSummary("Revoke an API key")
            .WithDescription("For good, and within seconds everywhere.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<Ok<KeyList>> ListAsync(IApiKeyStore store, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new KeyList([.. (await store.ListAsync(cancellationToken)).Select(Summary)]));
    }

    private static KeySummary Summary(ApiKey key) =>
        new(key.Id, key.Name, KeyHolder.Scopes(key.Scope), key.CreatedAt, key.LastUsedAt, key.RevokedAt);

    private static async Task<Created<KeyCreated>> CreateAsync(HttpContext context, IApiKeyStore store, CancellationToken cancellationToken)
    {
        var (name, scope) = await KeyRequestReader.ReadAsync(context, cancellationToken);
        var text = ApiKeyText.Create();
        var key = await store.AddAsync(text.Id, name, scope, text.Hash(), cancellationToken);
        context.AddAuditDetail($"key {key.Id} ({key.Name}), {key.Scope}");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            (string?)null, new KeyCreated(key.Id, text.Reveal(), key.Name, KeyHolder.Scopes(key.Scope), key.CreatedAt));
    }

    private static async Task<NoContent> RevokeAsync(string id, IApiKeyStore store, KeyCheck check, CancellationToken cancellationToken)
    {
        if (id.Length > ApiKeyText.MaximumLength || !id.All(char.IsAsciiLetterOrDigit) || !await store.RevokeAsync(id, cancellationToken))
        {
            throw new ProblemException(
                StatusCodes.Status404NotFound, "unknown-key", "There is no key with this id: GET /api/v1/keys lists them.");
        }

        check.Forget(id);
        return TypedResults.NoContent();
    }
}
