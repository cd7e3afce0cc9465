using Microsoft.OpenApi;

namespace ImageSearch.Web.Images;

/// <summary>Headers of uploads that may be sent again; ingest acts on them.</summary>
internal static class IdempotencyHeaders
{
    public const string Key = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";

    /// <summary>Describes them.</summary>
    public static RouteHandlerBuilder WithIdempotencyKey(this RouteHandlerBuilder builder) => builder.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Key,
            In = ParameterLocation.Header,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128 },
            Description =
                "The same key with the same files and tags within 24 hours is one upload: it is answered what the first one was, with the header `Idempotency-Replayed: true`. "
                + "While the first is in work the answer is 409, with other files or tags 422.",
        });
        return Task.CompletedTask;
    });
}
