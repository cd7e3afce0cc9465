using System.Buffers;
using System.Text;
using System.Text.Json;
using ImageSearch.Index.Api;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Api;

public sealed class SearchAnswerTests
{
    private static readonly JsonSerializerOptions Serializer = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData(0, 1, 10)]
    [InlineData(500, 1, 10)]
    [InlineData(500, 3, 7)]
    [InlineData(500, 40, 1)]
    public void Write_Anything_IsWhatTheSerializerWrites(int vectors, int queries, int k)
    {
        var results = new SearchResults();
        var index = new ExactIndex(4);
        index.Apply(Vectors.Changes(4, vectors));
        index.Search(Enumerable.Range(0, queries).SelectMany(i => Vectors.Unit(4, i)).ToArray(), new SearchOptions(k), results, default);

        foreach (var (version, through, took) in new (string, DateTimeOffset?, double)[]
        {
            ("1", null, 0), ("2026-ä \"quoted\" <b>", DateTimeOffset.UnixEpoch, 0.123456789), ("", new DateTimeOffset(638_000_000_001_234_567, TimeSpan.Zero), 1e-7),
        })
        {
            Assert.Equal(
                JsonSerializer.Serialize(
                    new ShardSearchResponse(3, version, 12, through, took, [.. Enumerable.Range(0, queries).Select(i => results[i].ToArray())]), Serializer),
                Written(new SearchHead(3, version, 12, through, took), results));
        }
    }

    private static string Written(SearchHead head, SearchResults results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            SearchAnswer.Write(json, head, results);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
