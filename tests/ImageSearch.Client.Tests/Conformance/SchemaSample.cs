using System.Text.Json.Nodes;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>Makes JSON that has everything that a schema allows. Variants differ in the words of enumerations and in which alternative is taken.</summary>
internal sealed class SchemaSample(ApiDescription api, int variant)
{
    private const int MaximumDepth = 12;
    private int _number = 1;

    public JsonNode? Of(JsonNode schema, int depth = 0)
    {
        var node = api.Resolve(schema);
        if (depth > MaximumDepth)
        {
            return null;
        }

        if (Alternatives(node) is { Count: > 0 } alternatives)
        {
            return Of(alternatives[variant % alternatives.Count], depth + 1);
        }

        if (node["enum"]?.AsArray() is { } words && words.Where(word => word is not null).ToList() is { Count: > 0 } known)
        {
            return known[variant % known.Count]!.DeepClone();
        }

        if (node["allOf"]?.AsArray() is { } parts)
        {
            return Merge(parts.Select(part => Of(part!, depth + 1)));
        }

        return Type(node) switch
        {
            "object" => new JsonObject((node["properties"]?.AsObject() ?? [])
                .Select(property => KeyValuePair.Create(property.Key, Of(property.Value!, depth + 1)))),
            "array" => new JsonArray(Of(node["items"]!, depth + 1)),
            "integer" => JsonValue.Create(_number++),
            "number" => JsonValue.Create(_number++ + 0.5),
            "boolean" => JsonValue.Create(true),
            _ when (string?)node["format"] == "date-time" => JsonValue.Create($"2026-01-02T03:04:{_number++ % 60:00}+00:00"),
            _ when ((string?)node["pattern"])?.Contains("64", StringComparison.Ordinal) == true => JsonValue.Create($"{_number++:x64}"),
            _ => JsonValue.Create($"text {_number++}"),
        };
    }

    private static List<JsonNode> Alternatives(JsonObject node) =>
        [.. (node["oneOf"] ?? node["anyOf"])?.AsArray().Where(alternative => (string?)(alternative!["type"] as JsonValue) != "null").Select(alternative => alternative!) ?? []];

    private static string? Type(JsonObject node) => node["type"] switch
    {
        JsonArray several => (string?)several.First(type => (string?)type != "null"),
        JsonValue one => (string?)one,
        _ => node["properties"] is null ? null : "object",
    };

    private static JsonObject Merge(IEnumerable<JsonNode?> parts)
    {
        var whole = new JsonObject();
        foreach (var (name, value) in parts.OfType<JsonObject>().SelectMany(part => part))
        {
            whole[name] = value?.DeepClone();
        }

        return whole;
    }
}
