using Microsoft.OpenApi;

namespace ImageSearch.Web.OpenApi;

/// <summary>A parameter or a property, as the page of the API shows it.</summary>
internal sealed record ApiField(string Name, string Kind, string Description)
{
    public static ApiField Of(string name, IOpenApiSchema? schema, string? description) =>
        new(name, KindOf(schema), Plain(description ?? schema?.Description));

    /// <summary>The fields of an object, or of the objects of an array.</summary>
    public static IReadOnlyList<ApiField> Of(IOpenApiSchema? schema) =>
        [.. (schema?.Properties ?? schema?.Items?.Properties ?? new Dictionary<string, IOpenApiSchema>())
            .Select(property => Of(property.Key, property.Value, null))];

    /// <summary>Descriptions are Markdown; of that only backticks occur in ours.</summary>
    public static string Plain(string? text) => (text ?? "").Replace("`", "", StringComparison.Ordinal);

    private static string KindOf(IOpenApiSchema? schema) => schema switch
    {
        null => "",
        { Format: "binary" } => "bytes",
        { Items: { } items } => $"list of {KindOf(items)}",
        OpenApiSchemaReference reference => reference.Reference.Id ?? "object",
        { Type: { } type } => string.Join(" or ", type.ToIdentifiers().Order()),
        _ => "object",
    };
}
