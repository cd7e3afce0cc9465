using System.Buffers.Binary;
using System.Text;

namespace ImageSearch.Core.Mongo.Bson;

/// <summary>
/// A document or array, read in place: nothing is copied or allocated until a value is asked for. Bytes of any content are safe to read:
/// what is not BSON is a <see cref="BsonException"/>.
/// </summary>
internal readonly ref struct BsonView
{
    private const int MinimumLength = 5;

    private readonly ReadOnlySpan<byte> _elements;
    private readonly ReadOnlySpan<byte> _document;

    public BsonView(ReadOnlySpan<byte> document)
    {
        if (document.Length < MinimumLength || BinaryPrimitives.ReadInt32LittleEndian(document) != document.Length || document[^1] != 0)
        {
            throw new BsonException("A document's length does not fit its bytes.");
        }

        _document = document;
        _elements = document[sizeof(int)..^1];
    }

    /// <exception cref="BsonException">There is no such field.</exception>
    public BsonElement this[ReadOnlySpan<byte> name] =>
        TryGet(name, out var element) ? element : throw new BsonException($"The field '{Encoding.UTF8.GetString(name)}' is missing.");

    public bool TryGet(ReadOnlySpan<byte> name, out BsonElement element)
    {
        foreach (var candidate in this)
        {
            if (candidate.Name.SequenceEqual(name))
            {
                element = candidate;
                return true;
            }
        }

        element = default;
        return false;
    }

    /// <summary>Keeps a copy.</summary>
    public BsonDocument ToDocument() => new(_document);

    public bool Has(ReadOnlySpan<byte> name) => TryGet(name, out _);

    public Enumerator GetEnumerator() => new(_elements);

    internal ref struct Enumerator(ReadOnlySpan<byte> elements)
    {
        private ReadOnlySpan<byte> _rest = elements;
        private BsonElement _current;

        public readonly BsonElement Current => _current;

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var type = (BsonType)_rest[0];
            var name = ReadName(_rest[1..]);
            var value = _rest[(name.Length + 2)..];
            var length = LengthOf(type, value);
            _current = new BsonElement(type, name, value[..length]);
            _rest = value[length..];
            return true;
        }

        private static ReadOnlySpan<byte> ReadName(ReadOnlySpan<byte> bytes)
        {
            var end = bytes.IndexOf((byte)0);
            return end >= 0 ? bytes[..end] : throw new BsonException("A name has no end.");
        }

        /// <returns>Bytes of the value; at most what is there.</returns>
        private static int LengthOf(BsonType type, ReadOnlySpan<byte> value)
        {
            long length = type switch
            {
                BsonType.Double or BsonType.Date or BsonType.Timestamp or BsonType.Int64 => 8,
                BsonType.Int32 => 4,
                BsonType.Boolean => 1,
                BsonType.Null or BsonType.Undefined or BsonType.MinKey or BsonType.MaxKey => 0,
                BsonType.String or BsonType.Code or BsonType.Symbol => Text(value),
                BsonType.Document or BsonType.Array or BsonType.CodeWithScope => Prefixed(value, counted: 0, minimum: MinimumLength),
                BsonType.Binary => Prefixed(value, counted: sizeof(int) + 1, minimum: 0),
                BsonType.ObjectId => 12,
                BsonType.DbPointer => Text(value) + 12L,
                BsonType.Decimal128 => 16,
                BsonType.Regex => Regex(value),
                _ => throw new BsonException($"There is no type {(byte)type} of elements."),
            };
            return length <= value.Length ? (int)length : throw new BsonException("A value is longer than its document.");
        }

        private static long Text(ReadOnlySpan<byte> value)
        {
            var length = Prefixed(value, counted: sizeof(int), minimum: 1);
            return length <= value.Length && value[(int)length - 1] == 0 ? length : throw new BsonException("A text has no end.");
        }

        private static long Regex(ReadOnlySpan<byte> value)
        {
            var pattern = ReadName(value).Length + 1;
            return pattern + ReadName(value[pattern..]).Length + 1;
        }

        /// <param name="counted">Bytes before the value that its length does not count.</param>
        private static long Prefixed(ReadOnlySpan<byte> value, int counted, int minimum)
        {
            if (value.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(value) is var length && length < minimum)
            {
                throw new BsonException("A value's length does not fit its bytes.");
            }

            return (long)length + counted;
        }
    }
}
