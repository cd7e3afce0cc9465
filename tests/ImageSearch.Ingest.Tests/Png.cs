using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ImageSearch.Ingest.Tests;

/// <summary>Writes small real pictures: RGB, 8 bit, one for every number.</summary>
internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <param name="padding">Bytes of an ancillary chunk, for pictures of a given weight.</param>
    public static byte[] Create(int number, int width = 8, int height = 8, int padding = 0)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits
        header[9] = 2; // RGB
        WriteChunk(file, "IHDR", header);
        if (padding > 0)
        {
            WriteChunk(file, "prVt", new byte[padding]);
        }

        WriteChunk(file, "IDAT", Pixels(number, width, height));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    public static IReadOnlyList<byte[]> CreateMany(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(number => Create(number))];

    private static byte[] Pixels(int number, int width, int height)
    {
        var row = new byte[1 + 3 * width];
        for (var i = 0; i < width; i++)
        {
            row[1 + 3 * i] = (byte)(number >> 16);
            row[2 + 3 * i] = (byte)(number >> 8);
            row[3 + 3 * i] = (byte)number;
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc(body));
        file.Write(word);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            }
        }

        return ~crc;
    }
}
