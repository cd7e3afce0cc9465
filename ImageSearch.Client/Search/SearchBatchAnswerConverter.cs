using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Client.Search;

/// <summary>An answer as it is, or <c>{"error": …}</c>.</summary>
internal sealed class SearchBatchAnswerConverter : JsonConverter<SearchBatchAnswer>
{
    public override SearchBatchAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("error", out var error)
            ? new SearchBatchAnswer(null, error.Deserialize(ClientJson.Default.ImageSearchProblem))
            : new SearchBatchAnswer(document.RootElement.Deserialize(ClientJson.Default.SearchResponse), null);
    }

    public override void Write(Utf8JsonWriter writer, SearchBatchAnswer value, JsonSerializerOptions options)
    {
        if (value.Response is { } response)
        {
            JsonSerializer.Serialize(writer, response, ClientJson.Default.SearchResponse);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("error");
        JsonSerializer.Serialize(writer, value.Error!, ClientJson.Default.ImageSearchProblem);
        writer.WriteEndObject();
    }
}
