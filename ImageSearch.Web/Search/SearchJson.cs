using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>
/// A search's JSON body as text by name. Read by hand rather than bound, so that a bad value is answered with a sentence about it
/// and not with the name of a .NET type.
/// </summary>
internal static class SearchJson
{
    private static readonly string[] Names = ["url", "imageId", .. SearchParametersReader.Names];

    /// <exception cref="ProblemException">The body is no JSON object of known properties.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var document = await ParseAsync(body, cancellationToken);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Problem.InvalidRequest("""The body must be a JSON object such as {"url": "https://example.org/cat.jpg", "k": 10}.""");
        }

        try
        {
            return Fields(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // The parser leaves texts alone until they are read: bytes that are no UTF-8, or half of a surrogate pair.
            throw Problem.InvalidRequest("The body has a text that is no valid UTF-8.", e);
        }
    }

    private static Dictionary<string, string> Fields(JsonElement body)
    {
        var fields = new Dictionary<string, string>();
        var errors = new Dictionary<string, string[]>();
        foreach (var property in body.EnumerateObject())
        {
            if (!Names.Contains(property.Name))
            {
                errors[property.Name] = [$"The body has a property that no search has; it may have: {string.Join(", ", Names)}."];
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                fields[property.Name] = Text(property);
            }
        }

        return errors.Count == 0 ? fields : throw Problem.InvalidParameters(errors);
    }

    private static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(body, new JsonDocumentOptions { MaxDepth = 8 }, cancellationToken);
        }
        catch (JsonException e)
        {
            throw Problem.InvalidRequest($"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", e);
        }
    }

    private static string Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Number => property.Value.GetRawText(),
        JsonValueKind.Array when property.NameEquals("crop") => string.Join(',', property.Value.EnumerateArray().Select(item => item.GetRawText())),
        _ => throw Problem.InvalidParameter(property.Name, $"{property.Name} has a value of the wrong kind."),
    };
}
