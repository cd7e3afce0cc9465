using System.Buffers.Binary;
using System.Text;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace ImageSearch.Core.Mongo;

/// <summary>A document that is loaded, and when it changed last.</summary>
internal readonly record struct FeedRow(ImageId Id, long UpdatedAt, VectorChange Change);

/// <summary>
/// Reads rows out of the bytes that were received: loading an index is reading millions of them, and the driver's reader copies each vector
/// twice and makes a text of each id. Used by one reader at a time.
/// </summary>
internal sealed class FeedRowSerializer : SerializerBase<FeedRow>
{
    private byte[] _copy = [];
    private byte[] _tagBytes = [];
    private IReadOnlyList<string> _tags = [];

    public override FeedRow Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        using var buffer = context.Reader.ReadRawBsonDocument();
        var bytes = buffer.AccessBackingBytes(0);
        if (bytes.Count >= buffer.Length)
        {
            return Read(bytes.AsSpan(0, buffer.Length));
        }

        // It lies in two of the driver's buffers.
        _copy = _copy.Length >= buffer.Length ? _copy : new byte[buffer.Length];
        buffer.GetBytes(0, _copy, 0, buffer.Length);
        return Read(_copy.AsSpan(0, buffer.Length));
    }

    private FeedRow Read(ReadOnlySpan<byte> document)
    {
        ImageId id = default;
        var updatedAt = 0L;
        float[] vector = [];
        IReadOnlyList<string> tags = [];
        var rest = document[sizeof(int)..^1];
        while (!rest.IsEmpty)
        {
            var type = (BsonType)rest[0];
            var name = rest[1..(rest[1..].IndexOf((byte)0) + 1)];
            rest = rest[(name.Length + 2)..];
            var value = rest[..LengthOf(type, rest)];
            rest = rest[value.Length..];
            if (name.SequenceEqual("_id"u8) && type == BsonType.String && ImageId.TryParseUtf8(value[sizeof(int)..^1], out var parsed))
            {
                id = parsed;
            }
            else if (name.SequenceEqual("updatedAt"u8) && type == BsonType.DateTime)
            {
                updatedAt = BinaryPrimitives.ReadInt64LittleEndian(value);
            }
            else if (name.SequenceEqual("vector"u8) && type == BsonType.Binary)
            {
                vector = VectorBytes.ToVector(value[(sizeof(int) + 1)..]);
            }
            else if (name.SequenceEqual("tags"u8) && type == BsonType.Array)
            {
                tags = ReadTags(value);
            }
            else if (name.SequenceEqual("_id"u8) || name.SequenceEqual("updatedAt"u8))
            {
                throw new FormatException($"The field '{Encoding.UTF8.GetString(name)}' of a vector is not what it should be.");
            }
        }

        return new FeedRow(id, updatedAt, new VectorChange(id, vector, vector.Length == 0 ? [] : tags));
    }

    /// <summary>Pictures that were added together have the same tags: one list for all of them in a row.</summary>
    private IReadOnlyList<string> ReadTags(ReadOnlySpan<byte> array)
    {
        if (!array.SequenceEqual(_tagBytes))
        {
            _tagBytes = array.ToArray();
            _tags = [.. BsonSerializer.Deserialize<BsonDocument>(_tagBytes).Values.Select(tag => tag.AsString).Order(
                StringComparer.Ordinal)];
        }

        return _tags;
    }

    private static int LengthOf(BsonType type, ReadOnlySpan<byte> value) => type switch
    {
        BsonType.Null or BsonType.Undefined => 0,
        BsonType.Boolean => 1,
        BsonType.Int32 => sizeof(int),
        BsonType.Int64 or BsonType.Double or BsonType.DateTime or BsonType.Timestamp => sizeof(long),
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.String => sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Binary => sizeof(int) + 1 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Document or BsonType.Array => BinaryPrimitives.ReadInt32LittleEndian(value),
        _ => throw new FormatException($"A vector has a field of the type {type}."),
    };
}
