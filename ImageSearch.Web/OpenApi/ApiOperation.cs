using Microsoft.OpenApi;

namespace ImageSearch.Web.OpenApi;

/// <summary>One call of the API, as its page shows it.</summary>
internal sealed record ApiOperation(
    string Id,
    string Verb,
    string Path,
    string Summary,
    IReadOnlyList<string> Paragraphs,
    IReadOnlyList<ApiField> Parameters,
    IReadOnlyList<ApiBody> Bodies,
    IReadOnlyList<ApiBody> Answers)
{
    /// <summary>The calls by their tags, in the order of the document.</summary>
    public static IReadOnlyList<(string Group, IReadOnlyList<ApiOperation> Operations)> Read(OpenApiDocument document) =>
    [
        .. from path in document.Paths
           from operation in path.Value.Operations ?? []
           group Of(path.Key, operation.Key, operation.Value) by operation.Value.Tags?.FirstOrDefault()?.Name ?? "Other" into calls
           select (calls.Key, (IReadOnlyList<ApiOperation>)[.. calls]),
    ];

    private static ApiOperation Of(string path, HttpMethod verb, OpenApiOperation operation) => new(
        operation.OperationId ?? "",
        verb.Method,
        path,
        operation.Summary ?? "",
        operation.Description is { Length: > 0 } text ? [ApiField.Plain(text)] : [],
        [.. (operation.Parameters ?? []).Select(parameter => ApiField.Of(parameter.Name ?? "", parameter.Schema, parameter.Description))],
        [.. (operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            .Select(content => new ApiBody(content.Key, "", ApiField.Of(content.Value.Schema)))],
        [.. (operation.Responses ?? []).Select(response => Answer(response.Key, response.Value))]);

    // The fields of problems are the same everywhere and said once, at the top of the page.
    private static ApiBody Answer(string status, IOpenApiResponse response) => new(
        status,
        response.Description ?? "",
        status.StartsWith('2') ? ApiField.Of(response.Content?.Values.FirstOrDefault()?.Schema) : []);
}
