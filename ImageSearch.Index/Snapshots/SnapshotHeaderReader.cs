using System.Buffers.Binary;
using System.Text;

namespace ImageSearch.Index.Snapshots;

/// <summary>Takes one value after the other from a header, and never more than is there.</summary>
internal ref struct SnapshotHeaderReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public int Positive() => Int32() is var value and > 0 ? value : throw Nonsense();

    public int Count(int most) => Int32() is var value && value >= 0 && value <= most ? value : throw Nonsense();

    public DateTimeOffset Time()
    {
        var ticks = Int64();
        return ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw Nonsense();
    }

    public string Text(int longest)
    {
        try
        {
            return Strict.GetString(Take(Count(longest)));
        }
        catch (DecoderFallbackException)
        {
            throw Nonsense();
        }
    }

    /// <summary>ASCII, filled up with zeros.</summary>
    public string Name(int bytes)
    {
        var name = Take(bytes).TrimEnd((byte)0);
        return name.IsEmpty || name.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? throw Nonsense() : Encoding.ASCII.GetString(name);
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Nonsense();
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Nonsense();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static InvalidSnapshotException Nonsense() => new("its header makes no sense");
}
