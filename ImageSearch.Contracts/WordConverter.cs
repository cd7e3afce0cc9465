using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>
/// An enumeration as a word of the API. A word of a newer version is read as the value that every such enumeration calls Unknown.
/// </summary>
public sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly T Unknown = Enum.Parse<T>(nameof(Unknown));

    // A search writes one for each result.
    private static readonly Dictionary<T, JsonEncodedText> Words =
        Enum.GetValues<T>().ToDictionary(value => value, value => JsonEncodedText.Encode(value.ToWord()));

    private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(value => value.ToWord());

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Values.GetValueOrDefault(reader.GetString() ?? "", Unknown);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Words[value]);
}

public static class WordExtensions
{
    /// <summary>The word that the API has for a value: its name in camel case.</summary>
    public static string ToWord<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
