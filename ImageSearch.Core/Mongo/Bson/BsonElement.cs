using System.Buffers.Binary;
using System.Text;
using ImageSearch.Core.Images;
using ImageSearch.Core.Store;

namespace ImageSearch.Core.Mongo.Bson;

/// <summary>One named value, in place. Its length has been checked when it was found; what is in it is checked when it is read.</summary>
internal readonly ref struct BsonElement(BsonType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    private const int LengthPrefix = sizeof(int);

    private readonly ReadOnlySpan<byte> _value = value;

    public BsonType Type { get; } = type;

    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The value as it lies in the document.</summary>
    public ReadOnlySpan<byte> Raw => _value;

    public bool IsNull => Type is BsonType.Null or BsonType.Undefined;

    /// <summary>Servers answer with any of the three kinds of numbers.</summary>
    public long ToInt64() => Type switch
    {
        BsonType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(_value),
        BsonType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(_value),
        BsonType.Double => ToWhole(BinaryPrimitives.ReadDoubleLittleEndian(_value)),
        _ => throw Unexpected("a number"),
    };

    public int ToInt32() => ToInt64() is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw Unexpected("a number of 32 bits");

    public double ToDouble() => Type == BsonType.Double ? BinaryPrimitives.ReadDoubleLittleEndian(_value) : ToInt64();

    public bool ToBoolean() => Type == BsonType.Boolean ? _value[0] != 0 : ToDouble() != 0;

    /// <summary>Bytes of the text, UTF-8, in place.</summary>
    public ReadOnlySpan<byte> ToUtf8() => Type is BsonType.String ? _value[LengthPrefix..^1] : throw Unexpected("a text");

    public override string ToString() => Encoding.UTF8.GetString(ToUtf8());

    public ImageId ToId() => ImageId.TryParseUtf8(ToUtf8(), out var id) ? id : throw Unexpected("an image id");

    public DateTimeOffset ToDate()
    {
        var milliseconds = ToMilliseconds();
        return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw Unexpected("a date between the years 1 and 9999");
    }

    public long ToMilliseconds() => Type == BsonType.Date ? BinaryPrimitives.ReadInt64LittleEndian(_value) : throw Unexpected("a date");

    public BsonTimestamp ToTimestamp() =>
        Type == BsonType.Timestamp ? new BsonTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(_value)) : throw Unexpected("a timestamp");

    public ReadOnlySpan<byte> ToBinary() => Type == BsonType.Binary ? _value[(LengthPrefix + 1)..] : throw Unexpected("bytes");

    public float[] ToVector() => VectorBytes.ToVector(ToBinary());

    /// <summary>A document or an array.</summary>
    public BsonView ToView() => Type is BsonType.Document or BsonType.Array ? new BsonView(_value) : throw Unexpected("a document");

    public IReadOnlyList<string> ToStrings()
    {
        var strings = new List<string>();
        foreach (var element in ToView())
        {
            strings.Add(element.ToString());
        }

        return strings;
    }

    private long ToWhole(double number) => number is >= long.MinValue and < long.MaxValue ? (long)number : throw Unexpected("a whole number");

    private BsonException Unexpected(string expected) => new($"The field '{Encoding.UTF8.GetString(Name)}' is {Type}, not {expected}.");
}
