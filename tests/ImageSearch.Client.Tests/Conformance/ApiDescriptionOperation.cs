using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>One call of the API, as it is described.</summary>
internal sealed record ApiDescriptionOperation(string Id, string Method, Regex Path, string Template, JsonObject Description)
{
    /// <summary>Names of what can be given in the query, as a field of a form or as a property of JSON.</summary>
    public IEnumerable<string> Inputs(ApiDescription api) =>
    [
        .. Parameters(api, "query"),
        .. (Description["requestBody"]?["content"]?.AsObject() ?? []).SelectMany(content => Properties(api, content.Value!["schema"]!)),
    ];

    public IEnumerable<string> Headers(ApiDescription api) => Parameters(api, "header");

    /// <summary>The first answer that is one: its status, its media type and its schema.</summary>
    public (int Status, string? Type, JsonNode? Schema) Answer()
    {
        var answer = Description["responses"]!.AsObject().First(response => response.Key.StartsWith('2'));
        var content = answer.Value!["content"]?.AsObject().FirstOrDefault();
        return (int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture), content?.Key, content?.Value?["schema"]);
    }

    private IEnumerable<string> Parameters(ApiDescription api, string place) => (Description["parameters"]?.AsArray() ?? [])
        .Select(parameter => api.Resolve(parameter!)).Where(parameter => (string?)parameter["in"] == place).Select(parameter => (string)parameter["name"]!);

    private static IEnumerable<string> Properties(ApiDescription api, JsonNode schema)
    {
        var node = api.Resolve(schema);
        return
        [
            .. (node["properties"]?.AsObject() ?? []).SelectMany(property => Properties(api, property.Value!).Prepend(property.Key)),
            .. node["items"] is { } items ? Properties(api, items) : [],
            .. new[] { "oneOf", "anyOf", "allOf" }.SelectMany(kind => node[kind]?.AsArray() ?? []).SelectMany(alternative => Properties(api, alternative!)),
        ];
    }
}
