using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ImageSearch.Core.Images;

namespace ImageSearch.Core.Mongo.Bson;

/// <summary>
/// A document that is written from its first field to its last, straight as the bytes that are sent; or one that was received. Built as
/// <c>new BsonDocument { { "find", "images" }, { "filter", new BsonDocument { … } } }</c>.
/// </summary>
internal sealed class BsonDocument : IEnumerable
{
    private byte[] _bytes;
    private int _length;

    public BsonDocument(int capacity = 128)
    {
        _bytes = new byte[Math.Max(capacity, 16)];
        _length = sizeof(int);
    }

    /// <summary>Takes a copy of a document that lies elsewhere.</summary>
    /// <exception cref="BsonException">It is none.</exception>
    public BsonDocument(ReadOnlySpan<byte> document)
    {
        _ = new BsonView(document);
        _bytes = document.ToArray();
        _length = document.Length - 1;
    }

    /// <summary>The document as it is sent. Good until the next field is added.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            // There is room: Reserve keeps a byte for it. So threads may share a document that is finished.
            _bytes[_length] = 0;
            BinaryPrimitives.WriteInt32LittleEndian(_bytes, _length + 1);
            return _bytes.AsSpan(0, _length + 1);
        }
    }

    /// <summary>Bytes of the document as it is now.</summary>
    public int Length => _length + 1;

    public BsonView View => new(Bytes);

    public BsonDocument Add(string name, string? value)
    {
        if (value is null)
        {
            Begin(BsonType.Null, name, 0);
            return this;
        }

        var count = Encoding.UTF8.GetByteCount(value);
        var target = Begin(BsonType.String, name, sizeof(int) + count + 1);
        BinaryPrimitives.WriteInt32LittleEndian(target, count + 1);
        Encoding.UTF8.GetBytes(value, target[sizeof(int)..]);
        target[^1] = 0;
        return this;
    }

    public BsonDocument Add(string name, ImageId value)
    {
        var target = Begin(BsonType.String, name, sizeof(int) + (2 * ImageId.Size) + 1);
        BinaryPrimitives.WriteInt32LittleEndian(target, (2 * ImageId.Size) + 1);
        value.FormatUtf8(target[sizeof(int)..^1]);
        target[^1] = 0;
        return this;
    }

    public BsonDocument Add(string name, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Begin(BsonType.Int32, name, sizeof(int)), value);
        return this;
    }

    public BsonDocument Add(string name, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Begin(BsonType.Int64, name, sizeof(long)), value);
        return this;
    }

    public BsonDocument Add(string name, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Begin(BsonType.Double, name, sizeof(double)), value);
        return this;
    }

    public BsonDocument Add(string name, bool value)
    {
        Begin(BsonType.Boolean, name, 1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    /// <summary>A date has milliseconds.</summary>
    public BsonDocument Add(string name, DateTimeOffset value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Begin(BsonType.Date, name, sizeof(long)), value.ToUnixTimeMilliseconds());
        return this;
    }

    public BsonDocument Add(string name, BsonTimestamp value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Begin(BsonType.Timestamp, name, sizeof(ulong)), value.Value);
        return this;
    }

    public BsonDocument Add(string name, ReadOnlySpan<byte> value)
    {
        var target = BeginBinary(name, value.Length);
        value.CopyTo(target);
        return this;
    }

    /// <summary>Float32, little-endian.</summary>
    public BsonDocument Add(string name, ReadOnlySpan<float> value)
    {
        var target = BeginBinary(name, value.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(value).CopyTo(target);
            return this;
        }

        for (var i = 0; i < value.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], value[i]);
        }

        return this;
    }

    public BsonDocument Add(string name, BsonDocument value)
    {
        var bytes = value.Bytes;
        bytes.CopyTo(Begin(BsonType.Document, name, bytes.Length));
        return this;
    }

    public BsonDocument Add(string name, BsonArray value)
    {
        var bytes = value.Bytes;
        bytes.CopyTo(Begin(BsonType.Array, name, bytes.Length));
        return this;
    }

    public BsonDocument Add(string name, IEnumerable<string> values) => Add(name, BsonArray.Of(values));

    public BsonDocument Add(string name, IEnumerable<ImageId> values) => Add(name, BsonArray.Of(values));

    /// <summary>Names of the fields: for a debugger, and what the initializer's syntax asks for.</summary>
    public IEnumerator GetEnumerator()
    {
        var names = new List<string>();
        foreach (var element in View)
        {
            names.Add(Encoding.UTF8.GetString(element.Name));
        }

        return names.GetEnumerator();
    }

    private Span<byte> BeginBinary(string name, int length)
    {
        var target = Begin(BsonType.Binary, name, sizeof(int) + 1 + length);
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        target[sizeof(int)] = 0;
        return target[(sizeof(int) + 1)..];
    }

    /// <returns>Where the value is to be written.</returns>
    private Span<byte> Begin(BsonType type, string name, int length)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A field's name has no zero in it.", nameof(name));
        }

        var count = Encoding.UTF8.GetByteCount(name);
        Reserve(count + 2 + length);
        _bytes[_length] = (byte)type;
        Encoding.UTF8.GetBytes(name, _bytes.AsSpan(_length + 1));
        _bytes[_length + 1 + count] = 0;
        var value = _bytes.AsSpan(_length + count + 2, length);
        _length += count + 2 + length;
        return value;
    }

    private void Reserve(int more)
    {
        var needed = checked(_length + more + 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max((long)needed, _bytes.Length * 2L), Array.MaxLength));
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"BSON of {Length} bytes");
}
