using ImageSearch.ServiceDefaults.Errors;
using Microsoft.OpenApi;

namespace ImageSearch.Web.Images;

/// <summary>Headers of uploads that may be sent again; ingest acts on them.</summary>
internal static class IdempotencyHeaders
{
    public const string Key = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";

    private const int MaximumLength = 128;

    /// <returns>The request's key; null when it has none.</returns>
    /// <exception cref="ProblemException">It has one that is none.</exception>
    public static string? KeyOf(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Key, out var values))
        {
            return null;
        }

        return values is [{ Length: > 0 and <= MaximumLength } key] && key.All(c => c is >= ' ' and <= '~')
            ? key
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid-idempotency-key",
                $"{Key} must be one text of 1 to {MaximumLength} printable ASCII characters: a UUID, say.");
    }

    /// <summary>Describes them.</summary>
    public static RouteHandlerBuilder WithIdempotencyKey(this RouteHandlerBuilder builder) =>
        builder.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Key,
            In = ParameterLocation.Header,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = MaximumLength },
            Description =
                "The same key with the same files and tags within 24 hours is one upload: it is answered what the first one was, with the header `Idempotency-Replayed: true`. "
                + "While the first is in work the answer is 409, with other files or tags 422.",
        });
        return Task.CompletedTask;
    });
}
