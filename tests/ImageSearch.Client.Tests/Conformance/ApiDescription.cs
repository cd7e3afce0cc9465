using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>The document that the web service describes its API with.</summary>
internal sealed class ApiDescription(JsonObject document)
{
    public IReadOnlyList<ApiDescriptionOperation> Operations { get; } =
    [
        .. from path in document["paths"]!.AsObject()
           from call in path.Value!.AsObject()
           where call.Key is not "parameters"
           select new ApiDescriptionOperation(
               (string)call.Value!["operationId"]!,
               call.Key.ToUpperInvariant(),
               new Regex($"^{Regex.Replace(path.Key, @"\{[^}]+\}", "[^/]+")}$"),
               path.Key,
               call.Value!.AsObject()),
    ];

    /// <summary>The operation that a request is of; of several the one with the fewest placeholders, as servers choose.</summary>
    public ApiDescriptionOperation? Find(HttpMethod method, string path) => Operations
        .Where(operation => operation.Method == method.Method && operation.Path.IsMatch(path))
        .MinBy(operation => operation.Template.Count(c => c == '{'));

    public JsonObject Resolve(JsonNode schema)
    {
        var node = schema.AsObject();
        while (node["$ref"] is { } reference)
        {
            node = ((string)reference!)[2..].Split('/').Aggregate<string, JsonNode>(document, (at, name) => at[name]!).AsObject();
        }

        return node;
    }
}
