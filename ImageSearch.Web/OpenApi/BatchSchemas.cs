using Microsoft.OpenApi;

namespace ImageSearch.Web.OpenApi;

/// <summary>What a batch of searches answers: of two kinds, which their common type does not tell.</summary>
internal static class BatchSchemas
{
    private const string BatchError = "BatchError";

    public static void Describe(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        if (schemas.TryGetValue(nameof(BatchResponse), out var response) && response.Properties!["answers"] is OpenApiSchema answers)
        {
            schemas.Remove(nameof(BatchAnswer));
            schemas[BatchError] = Object("Why one search of a batch has no answer.", ("error", Object(
                "A problem as it would be the answer of a search of its own.",
                ("type", Text()), ("title", Text()), ("status", new OpenApiSchema { Type = JsonSchemaType.Integer }), ("detail", Text()))));
            answers.Items = new OpenApiSchema
            {
                AnyOf = [new OpenApiSchemaReference(nameof(SearchResponse), document), new OpenApiSchemaReference(BatchError, document)],
            };
        }
    }

    private static OpenApiSchema Object(string description, params (string Name, OpenApiSchema Schema)[] properties) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Required = properties.Select(property => property.Name).ToHashSet(),
        Properties = properties.ToDictionary(property => property.Name, IOpenApiSchema (property) => property.Schema),
    };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
