namespace ImageSearch.Core.Imaging;

/// <summary>What a file's first bytes say that it is; the bytes decide, never a name or a claimed media type.</summary>
internal static class ImageFormat
{
    /// <returns>The media type, or null when it is none that this system takes.</returns>
    public static string? Sniff(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] => "image/tiff",
        [(byte)'M', (byte)'M', 0, 42 or 43, ..] => "image/tiff",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when HasBrand(content, "avif"u8, "avis"u8) => "image/avif",
        _ => null,
    };

    /// <summary>Formats that people have and this build of the decoder does not read, to name them in the answer.</summary>
    public static string? NameUnsupported(ReadOnlySpan<byte> content) => content switch
    {
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..]
            when HasBrand(content, "heic"u8, "mif1"u8) || HasBrand(content, "heix"u8, "hevc"u8) => "HEIC",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "PDF",
        _ when content[..Math.Min(content.Length, 512)].IndexOf("<svg"u8) >= 0 => "SVG",
        _ => null,
    };

    /// <summary>
    /// An animation whose major brand is <c>avis</c> has its first frame as a still picture, too, but the decoder looks at the major brand
    /// alone: it is given <c>avif</c> in a copy.
    /// </summary>
    public static ReadOnlyMemory<byte> AsStillAvif(ReadOnlyMemory<byte> file)
    {
        if (!file.Span[8..].StartsWith("avis"u8))
        {
            return file;
        }

        var still = file.ToArray();
        "avif"u8.CopyTo(still.AsSpan(8));
        return still;
    }

    /// <summary>
    /// Looks for a brand in an ISO media file's <c>ftyp</c> box: major brand, minor version, compatible brands, four bytes each.
    /// </summary>
    private static bool HasBrand(ReadOnlySpan<byte> content, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var claimed = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content);
        var box = content[..(int)Math.Min(Math.Min(claimed, 256u), (uint)content.Length)];
        for (var at = 8; at + 4 <= box.Length; at += 4)
        {
            if (at != 12 && (box.Slice(at, 4).SequenceEqual(one) || box.Slice(at, 4).SequenceEqual(other)))
            {
                return true;
            }
        }

        return false;
    }
}
