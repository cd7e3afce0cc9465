using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ImageSearch.Core.Store;

/// <summary>Vectors as they are stored and sent: float32, little-endian.</summary>
public static class VectorBytes
{
    public static byte[] From(ReadOnlySpan<float> vector)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(vector.Length * sizeof(float));
        MemoryMarshal.AsBytes(vector).CopyTo(bytes);
        SwapOnBigEndian(bytes);
        return bytes;
    }

    public static float[] ToVector(ReadOnlySpan<byte> bytes)
    {
        var vector = GC.AllocateUninitializedArray<float>(bytes.Length / sizeof(float));
        var target = MemoryMarshal.AsBytes(vector.AsSpan());
        bytes[..target.Length].CopyTo(target);
        SwapOnBigEndian(target);
        return vector;
    }

    private static void SwapOnBigEndian(Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            var words = MemoryMarshal.Cast<byte, int>(bytes);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
