using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// xxHash's 64-bit checksum (seed 0), as its specification has it: finds damage at the speed of memory, proves nothing against an attacker.
/// Of the shape of System.IO.Hashing.XxHash64, which takes its place where it can be restored.
/// </summary>
internal struct XxHash64()
{
    private const int Stripe = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private readonly byte[] _rest = new byte[Stripe]; // what did not fill a stripe yet
    private ulong _a = unchecked(Prime1 + Prime2);
    private ulong _b = Prime2;
    private ulong _c;
    private ulong _d = unchecked(0 - Prime1);
    private ulong _length;

    public static ulong Hash(ReadOnlySpan<byte> content)
    {
        var hash = new XxHash64();
        hash.Append(content);
        return hash.Value;
    }

    public void Append(ReadOnlySpan<byte> content)
    {
        var waiting = (int)(_length % Stripe);
        _length += (ulong)content.Length;
        if (waiting > 0)
        {
            var taken = Math.Min(Stripe - waiting, content.Length);
            content[..taken].CopyTo(_rest.AsSpan(waiting));
            content = content[taken..];
            if (waiting + taken < Stripe)
            {
                return;
            }

            Stripes(_rest);
        }

        var whole = content.Length / Stripe * Stripe;
        Stripes(content[..whole]);
        content[whole..].CopyTo(_rest);
    }

    public readonly ulong Value
    {
        get
        {
            var hash = Prime5;
            if (_length >= Stripe)
            {
                hash = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
                hash = Merge(Merge(Merge(Merge(hash, _a), _b), _c), _d);
            }

            hash = Finish(hash + _length, _rest.AsSpan(0, (int)(_length % Stripe)));
            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private void Stripes(ReadOnlySpan<byte> content)
    {
        var (a, b, c, d) = (_a, _b, _c, _d);
        var words = MemoryMarshal.Cast<byte, ulong>(content);
        for (; words.Length >= 4; words = words[4..])
        {
            a = Round(a, Word(words[0]));
            b = Round(b, Word(words[1]));
            c = Round(c, Word(words[2]));
            d = Round(d, Word(words[3]));
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private static ulong Finish(ulong hash, ReadOnlySpan<byte> rest)
    {
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
        }

        if (rest.Length >= sizeof(uint))
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
            rest = rest[sizeof(uint)..];
        }

        foreach (var value in rest)
        {
            hash = BitOperations.RotateLeft(hash ^ (value * Prime5), 11) * Prime1;
        }

        return hash;
    }

    private static ulong Word(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    private static ulong Round(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;
}
