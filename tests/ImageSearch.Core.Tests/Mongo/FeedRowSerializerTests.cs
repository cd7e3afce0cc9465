using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class FeedRowSerializerTests
{
    private static readonly float[] Vector = [.. Enumerable.Range(0, 100).Select(i => i / 8f)];

    private readonly FeedRowSerializer _serializer = new();

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(64)]
    public void Deserialize_FieldsOfEveryType_ReadsThoseOfTheFeed(int chunk)
    {
        var row = Read(Document(), chunk);

        Assert.Equal((Samples.Id(1), 1_700_000_000_123), (row.Id, row.UpdatedAt));
        Assert.Equal(Vector, row.Change.Vector.ToArray());
        Assert.Equal(["a", "ü"], row.Change.Tags);
    }

    [Fact]
    public void Deserialize_SameTagsInARow_ShareTheirList()
    {
        var first = Read(Document());

        Assert.Same(first.Change.Tags, Read(Document()).Change.Tags);
        Assert.Equal(["z"], Read(Document().Set("tags", new BsonArray { "z" })).Change.Tags);
        Assert.Equal(["a", "ü"], Read(Document()).Change.Tags);
    }

    [Fact]
    public void Deserialize_Tombstone_HasNeitherVectorNorTags()
    {
        var document = Document();
        document.Remove("vector");

        var row = Read(document);

        Assert.True(row.Change.IsDeletion);
        Assert.Empty(row.Change.Tags);
    }

    [Theory]
    [InlineData("_id")]
    [InlineData("updatedAt")]
    public void Deserialize_FieldOfAnotherType_NamesIt(string field)
    {
        var error = Assert.Throws<FormatException>(() => Read(Document().Set(field, "other")));

        Assert.Contains($"'{field}'", error.Message, StringComparison.Ordinal);
    }

    private static BsonDocument Document() => new()
    {
        { "_id", Samples.Id(1) }, { "null", BsonNull.Value }, { "undefined", BsonUndefined.Value }, { "true", true }, { "int", 5 }, { "long", 5L }, { "double", 0.5 },
        { "stamp", new BsonTimestamp(5) }, { "object", ObjectId.GenerateNewId() }, { "decimal", new BsonDecimal128(5m) }, { "text", "grüße" }, { "bytes", new byte[] { 1, 2, 3 } },
        { "inner", new BsonDocument { { "_id", "not this one" }, { "rev", 1 } } }, { "labels", new BsonArray { new BsonDocument("name", "cat") } },
        { "tags", new BsonArray { "ü", "a" } }, { "updatedAt", new BsonDateTime(1_700_000_000_123) }, { "vector", new BsonBinaryData(VectorBytes.From(Vector)) }, { "rev", 7 },
    };

    private FeedRow Read(BsonDocument document, int chunk = 1 << 20)
    {
        // The driver reads replies into buffers of some size, so a document may lie in two of them.
        using var buffer = new MultiChunkBuffer(document.ToBson().Chunk(chunk).Select(bytes => new ByteArrayChunk(bytes)), isReadOnly: true);
        using var stream = new ByteBufferStream(buffer);
        using var reader = new BsonBinaryReader(stream);
        return _serializer.Deserialize(BsonDeserializationContext.CreateRoot(reader), default);
    }
}
