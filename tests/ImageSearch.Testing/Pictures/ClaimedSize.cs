using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageSearch.Testing.Pictures;

/// <summary>A valid PNG header that claims other sides than the picture has, with next to nothing behind it.</summary>
public static class ClaimedSize
{
    public static byte[] Png(int width, int height)
    {
        var png = PictureEncoder.Encode(new byte[3], 1, 1, 3, "pngsave_buffer");
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        return png;
    }
}
