using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>The SHA-256 of a picture's bytes: the same bytes are one image, whoever adds them and however often.</summary>
/// <remarks>
/// Text form: 64 lower-case hexadecimal digits. Order: that of the text. 32 bytes, no allocation, so that an index can hold millions.
/// </remarks>
[JsonConverter(typeof(JsonTextConverter))]
public readonly record struct ImageId : IComparable<ImageId>, ISpanParsable<ImageId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Buckets that ids are spread over; a shard owns the buckets b with b % shards == shard.</summary>
    public const int Buckets = 1024;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes an id from the 32 bytes of a hash.</summary>
    public ImageId(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, Size);
        _a = BinaryPrimitives.ReadUInt64BigEndian(hash);
        _b = BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(hash[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(hash[24..]);
    }

    /// <summary>The bucket, 0..1023: the first ten bits of the hash, which are as uniform as the hash itself.</summary>
    public int Bucket => (int)(_a >> 54);

    /// <summary>Hashes a picture's bytes.</summary>
    public static ImageId Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new ImageId(hash);
    }

    public static ImageId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    public static ImageId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, provider, out var id)
        ? id
        : throw new FormatException("An image id is 64 hexadecimal digits.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ImageId result)
    {
        Span<byte> hash = stackalloc byte[Size];
        if (s.Length == 2 * Size && Convert.FromHexString(s, hash, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            result = new ImageId(hash);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary>Reads the text form, 64 bytes of ASCII.</summary>
    public static bool TryParseUtf8(ReadOnlySpan<byte> s, out ImageId result)
    {
        Span<byte> hash = stackalloc byte[Size];
        if (s.Length == 2 * Size && Convert.FromHexString(s, hash, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            result = new ImageId(hash);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary>Writes the text form, 64 bytes of ASCII.</summary>
    public void FormatUtf8(Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[Size];
        CopyTo(hash);
        Convert.TryToHexStringLower(hash, destination, out _);
    }

    /// <summary>Writes the 32 bytes of the hash.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Size];
        CopyTo(hash);
        return Convert.ToHexStringLower(hash);
    }

    public override int GetHashCode() => _a.GetHashCode(); // uniform already

    public int CompareTo(ImageId other)
    {
        var order = _a.CompareTo(other._a);
        order = order != 0 ? order : _b.CompareTo(other._b);
        order = order != 0 ? order : _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    public static bool operator <(ImageId left, ImageId right) => left.CompareTo(right) < 0;

    public static bool operator >(ImageId left, ImageId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ImageId left, ImageId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ImageId left, ImageId right) => left.CompareTo(right) >= 0;

    internal sealed class JsonTextConverter : JsonConverter<ImageId>
    {
        public override ImageId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), null, out var id) ? id : throw new JsonException("An image id is 64 hexadecimal digits.");

        public override void Write(Utf8JsonWriter writer, ImageId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
