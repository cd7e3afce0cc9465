using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ImageSearch.Web.Security;

/// <summary>What the API's description says of keys and limits, for every call alike.</summary>
internal static class SecurityDescription
{
    private const string HeaderScheme = "apiKey";
    private const string BearerScheme = "bearer";

    /// <summary>Answers that any call may give before it is worked on.</summary>
    public static RouteGroupBuilder WithAccessAnswers(this RouteGroupBuilder api) => api
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static void Add(IServiceCollection services) =>
        services.Configure<OpenApiOptions>(OpenApi.OpenApiExtensions.DocumentName, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.AddComponent(HeaderScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = KeyScheme.Header,
                Description = "A key that an operator created. Scopes: `read`, `write`, `admin`; each includes those before it.",
            });
            document.AddComponent(BearerScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = $"The same key, where a client prefers `Authorization` to `{KeyScheme.Header}`.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var endpoint = new Endpoint(
                null, new EndpointMetadataCollection(context.Description.ActionDescriptor.EndpointMetadata ?? []), null);
            var scope = Access.ScopeOf(endpoint, context.Description.HttpMethod ?? "");
            Describe(operation, scope, context.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value, context.Document);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiOperation operation, ApiScope scope, SecurityOptions options, OpenApiDocument? document)
    {
        var name = scope.ToString().ToLowerInvariant();
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(HeaderScheme, document)] = [name] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [name] },
        ];
        if (ScopeRequirement.IsOpen(options.RequireKey, scope))
        {
            // An empty requirement: none of the above is needed here.
            operation.Security.Insert(0, new OpenApiSecurityRequirement());
        }

        Say("401", $"No key, or one that is unknown or revoked (`key-required`). This call takes one with the scope `{name}` where the operator requires keys.");
        Say(
            "403",
            $"The key has not the scope `{name}` (`scope-missing`), or a browser sent a write for a page of another site (`cross-site`).");
        Say("429", "Too many calls by this key or address (`rate-limited`): `Retry-After` says when to go on, `RateLimit-Limit`, `-Remaining` and `-Reset` where the caller stands.");

        void Say(string status, string description)
        {
            if (operation.Responses?.GetValueOrDefault(status) is OpenApiResponse response)
            {
                response.Description = description;
            }
        }
    }
}
