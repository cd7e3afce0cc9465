using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>
/// A search's JSON body as text by name. Read by hand rather than bound, so that a bad value is answered with a sentence about it
/// and not with the name of a .NET type.
/// </summary>
internal static class SearchJson
{
    private const string Queries = "queries";

    private static readonly string[] Pictures = ["url", "imageId"];
    private static readonly string[] Names =
        [SearchExamplesReader.Text, .. Pictures, .. SearchExamplesReader.Names, "cursor", .. SearchParametersReader.Names];
    private static readonly string[] NamesOfBatch = [Queries, .. SearchParametersReader.Names];

    /// <exception cref="ProblemException">The body is no JSON object of known properties.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var document = await ParseAsync(body, """{"url": "https://example.org/cat.jpg", "k": 10}""", cancellationToken);
        var errors = new Dictionary<string, string[]>();
        var fields = Fields(document.RootElement, Names, errors, "");
        return errors.Count == 0 ? fields : throw Problem.InvalidParameters(errors);
    }

    /// <returns>The parameters of all, and what each query is made of.</returns>
    /// <exception cref="ProblemException">The body is no JSON object of known properties with queries.</exception>
    public static async Task<(
        IReadOnlyDictionary<string, string> Fields, IReadOnlyList<IReadOnlyDictionary<string, string>> Queries)> ReadBatchAsync(
        Stream body, CancellationToken cancellationToken)
    {
        using var document = await ParseAsync(body, """{"queries": [{"imageId": "9f86…"}, {"url": "https://example.org/cat.jpg"}], "k": 10}""", cancellationToken);
        var errors = new Dictionary<string, string[]>();
        var fields = Fields(document.RootElement, NamesOfBatch, errors, "", Queries);
        var queries = new List<IReadOnlyDictionary<string, string>>();
        if (document.RootElement.TryGetProperty(Queries, out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var query in list.EnumerateArray())
            {
                var place = $"{Queries}[{queries.Count}]";
                if (query.ValueKind != JsonValueKind.Object)
                {
                    errors[place] = [$"{place} must be an object with a url or an imageId."];
                }

                queries.Add(query.ValueKind == JsonValueKind.Object ? Fields(
                    query, Pictures, errors, place + ".") : new Dictionary<string, string>());
            }
        }
        else
        {
            errors[Queries] = ["queries must be a list of objects, each with a url or an imageId."];
        }

        return errors.Count == 0 ? (fields, queries) : throw Problem.InvalidParameters(errors);
    }

    private static Dictionary<string, string> Fields(
        JsonElement element, IReadOnlyList<string> names, Dictionary<string, string[]> errors, string place, string? ignored = null)
    {
        try
        {
            return FieldsOf(element, names, errors, place, ignored);
        }
        catch (InvalidOperationException e)
        {
            // The parser leaves texts alone until they are read: bytes that are no UTF-8, or half of a surrogate pair.
            throw Problem.InvalidRequest("The body has a text that is no valid UTF-8.", e);
        }
    }

    private static Dictionary<string, string> FieldsOf(
        JsonElement element, IReadOnlyList<string> names, Dictionary<string, string[]> errors, string place, string? ignored)
    {
        var fields = new Dictionary<string, string>();
        var seen = new HashSet<string>();
        foreach (var property in element.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                errors[place + property.Name] = [RequestChecks.Repeated(place + property.Name)];
            }
            else if (property.Name == ignored)
            {
                // Read by the caller.
            }
            else if (!names.Contains(property.Name))
            {
                errors[place + property.Name] = [RequestChecks.Unknown(property.Name, names)];
            }
            else if (Text(property) is { } text)
            {
                fields[property.Name] = text;
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                errors[place + property.Name] = [$"{place}{property.Name} has a value of the wrong kind."];
            }
        }

        return fields;
    }

    private static async Task<JsonDocument> ParseAsync(Stream body, string example, CancellationToken cancellationToken)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(body, new JsonDocumentOptions { MaxDepth = 8 }, cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw Problem.InvalidRequest($"The body must be a JSON object such as {example}.");
        }
        catch (JsonException e)
        {
            throw Problem.InvalidRequest($"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", e);
        }
    }

    /// <returns>Null when the value is of the wrong kind, or null.</returns>
    private static string? Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String when !SearchExamplesReader.Names.Contains(property.Name) => String(property.Value),
        JsonValueKind.Number => property.Value.GetRawText(),
        JsonValueKind.True or JsonValueKind.False when SearchParametersReader.Flags.Contains(property.Name) => property.Value.GetRawText(),
        JsonValueKind.Array when property.NameEquals("crop") =>
            string.Join(',', property.Value.EnumerateArray().Select(item => item.GetRawText())),
        JsonValueKind.Array when SearchExamplesReader.Names.Contains(property.Name)
            && property.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            string.Join(SearchExamplesReader.Separator, property.Value.EnumerateArray().Select(String)),
        _ => null,
    };

    /// <summary>Text with half of a surrogate pair is valid JSON, but no text.</summary>
    private static string? String(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
