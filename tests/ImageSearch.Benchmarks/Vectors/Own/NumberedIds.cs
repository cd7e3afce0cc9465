using System.Buffers.Binary;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>Ids that look as random as those of pictures, with the row's number at their end.</summary>
internal static class NumberedIds
{
    private const int NumberAt = ImageId.Size - sizeof(int);

    public static ImageId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[ImageId.Size];
        for (var i = 0; i < ImageId.Size / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(ulong))..], Mix(((ulong)number << 3) + (ulong)i));
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes[NumberAt..], number);
        return new ImageId(bytes);
    }

    public static int Number(ImageId id)
    {
        Span<byte> bytes = stackalloc byte[ImageId.Size];
        id.CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes[NumberAt..]);
    }

    /// <summary>SplitMix64's finaliser.</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
