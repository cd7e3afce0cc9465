using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Client.Http;

/// <summary>An enumeration as a word. Words that a newer server may use are read as the default value, which every such enumeration calls Unknown.</summary>
internal sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public static string Word(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.GetString();
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(Word(value), word, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return default;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Word(value));
}
