using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ImageSearch.Core.Embedded;

/// <summary>How the domain's types lie in columns.</summary>
internal static class SqliteColumns
{
    private const string EmptyList = "[]";

    /// <summary>Reads the column in place: a page of the change feed holds thousands of blobs.</summary>
    public static ReadOnlySpan<byte> Blob(this SqliteDataReader reader, int ordinal) => raw.sqlite3_column_blob(reader.Handle, ordinal);

    public static ImageId Id(this SqliteDataReader reader, int ordinal) => new(reader.Blob(ordinal));

    public static IReadOnlyList<string> Strings(this SqliteDataReader reader, int ordinal) => FromJson<string>(reader.GetString(ordinal));

    /// <summary>The first of a list of texts, of which the end may be missing; empty when there is none.</summary>
    public static IReadOnlyList<string> FirstString(this SqliteDataReader reader, int ordinal)
    {
        var json = new Utf8JsonReader(reader.Blob(ordinal), isFinalBlock: false, state: default);
        return json.Read() && json.Read() && json.TokenType == JsonTokenType.String ? [json.GetString()!] : [];
    }

    public static IReadOnlyList<Label> Labels(this SqliteDataReader reader, int ordinal) => FromJson<Label>(reader.GetString(ordinal));

    public static string ToJson<T>(IReadOnlyList<T>? values) =>
        values is null or { Count: 0 } ? EmptyList : JsonSerializer.Serialize(values);

    public static IReadOnlyList<T> FromJson<T>(string json) => json == EmptyList ? [] : JsonSerializer.Deserialize<T[]>(json)!;
}
