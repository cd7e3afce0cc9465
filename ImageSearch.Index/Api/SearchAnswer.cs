using System.Text.Json;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Api;

/// <summary>Writes a <see cref="ShardSearchResponse"/>, byte for byte as the serializer would.</summary>
internal static class SearchAnswer
{
    private static readonly JsonEncodedText Shard = JsonEncodedText.Encode("shard");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");
    private static readonly JsonEncodedText Count = JsonEncodedText.Encode("count");
    private static readonly JsonEncodedText IndexedThrough = JsonEncodedText.Encode("indexedThrough");
    private static readonly JsonEncodedText TookMs = JsonEncodedText.Encode("tookMs");
    private static readonly JsonEncodedText Results = JsonEncodedText.Encode("results");
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Score = JsonEncodedText.Encode("score");

    public static void Write(Utf8JsonWriter json, in SearchHead head, SearchResults results)
    {
        json.WriteStartObject();
        json.WriteNumber(Shard, head.Shard);
        json.WriteString(Version, head.Version);
        json.WriteNumber(Count, head.Count);
        if (head.IndexedThrough is { } through)
        {
            json.WriteString(IndexedThrough, through);
        }
        else
        {
            json.WriteNull(IndexedThrough);
        }

        json.WriteNumber(TookMs, head.TookMs);
        json.WriteStartArray(Results);
        for (var query = 0; query < results.Queries; query++)
        {
            json.WriteStartArray();
            foreach (var hit in results[query])
            {
                Write(json, hit);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in ShardHit hit)
    {
        Span<byte> hash = stackalloc byte[ImageId.Size];
        Span<byte> text = stackalloc byte[2 * ImageId.Size];
        hit.Id.CopyTo(hash);
        Convert.TryToHexStringLower(hash, text, out _);
        json.WriteStartObject();
        json.WriteString(Id, text);
        json.WriteNumber(Score, hit.Score);
        json.WriteEndObject();
    }
}
