using ImageSearch.Core.Store;
using MongoDB.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Fields of types that the driver does not know: ids as text, dates with an offset, vectors as bytes of float32.</summary>
internal static class BsonExtensions
{
    public static BsonDocument Add(this BsonDocument document, string name, ImageId id) =>
        document.Add(name, new BsonString(id.ToString()));

    public static BsonDocument Add(this BsonDocument document, string name, DateTimeOffset date) =>
        document.Add(name, new BsonDateTime(date.ToUnixTimeMilliseconds()));

    public static BsonDocument Add(this BsonDocument document, string name, IEnumerable<string> texts) =>
        document.Add(name, new BsonArray(texts));

    public static BsonDocument Add(this BsonDocument document, string name, IEnumerable<ImageId> ids) =>
        document.Add(name, new BsonArray(ids.Select(id => new BsonString(id.ToString()))));

    public static BsonDocument Add(this BsonDocument document, string name, ReadOnlySpan<float> vector) =>
        document.Add(name, new BsonBinaryData(VectorBytes.From(vector)));

    public static ImageId ToId(this BsonValue value) => ImageId.Parse(value.AsString);

    public static DateTimeOffset ToDate(this BsonValue value) => new(value.AsBsonDateTime.ToUniversalTime());

    public static long ToMilliseconds(this BsonValue value) => value.AsBsonDateTime.MillisecondsSinceEpoch;

    public static float[] ToVector(this BsonValue value) => VectorBytes.ToVector(value.AsByteArray);

    public static IReadOnlyList<string> ToStrings(this BsonValue value) => [.. value.AsBsonArray.Select(text => text.AsString)];
}
