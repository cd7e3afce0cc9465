using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImageSearch.Contracts;

/// <summary>An answer as it is, or <c>{"error": …}</c>.</summary>
public sealed class BatchAnswerConverter : JsonConverter<BatchAnswer>
{
    public override BatchAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("error", out var error)
            ? new BatchAnswer(null, error.Deserialize(TypeInfo<ImageSearchProblem>(options)))
            : new BatchAnswer(document.RootElement.Deserialize(TypeInfo<SearchResponse>(options)), null);
    }

    public override void Write(Utf8JsonWriter writer, BatchAnswer value, JsonSerializerOptions options)
    {
        if (value.Response is { } response)
        {
            JsonSerializer.Serialize(writer, response, TypeInfo<SearchResponse>(options));
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("error");
        JsonSerializer.Serialize(writer, value.Error!, TypeInfo<ImageSearchProblem>(options));
        writer.WriteEndObject();
    }

    private static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
