using System.Buffers.Binary;

namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// What of a picture is kept to tell whether another one shows the same: a small grey version, and some of its corners. Made once, compared
/// by
/// <see cref="SamePicture"/>.
/// </summary>
/// <remarks>
/// As bytes: version (1), width and height less one at <see cref="LongerSide"/> (1 each), number of corners (1); the grey version, rows
/// from the top (<see cref="Side"/> squared, 1 each); for each corner x, y, level, angle (1 each), bits, mirrored bits (8 each,
/// little-endian).
/// </remarks>
public sealed class PictureFingerprint
{
    /// <summary>Pixels of the longer side of the picture that fingerprints are made of.</summary>
    public const int LongerSide = 256;

    /// <summary>Rows and columns of the grey version, whatever the picture's shape.</summary>
    internal const int Side = 32;

    /// <summary>The bytes' meaning, with all that they are made by: those of another version are not compared.</summary>
    private const byte Version = 1;

    private const int HeaderSize = 4;
    private const int GreySize = Side * Side;
    private const int MostCorners = CornerFinder.Levels * CornerFinder.PerLevel;

    private PictureFingerprint? _mirrored;

    private PictureFingerprint(int width, int height, float[] grey, Corner[] corners) =>
        (Width, Height, Grey, Corners, Layout) = (width, height, grey, corners, new CoarseLayout(grey));

    internal int Width { get; }

    internal int Height { get; }

    /// <summary><see cref="Side"/> rows of as many pixels, 0..255.</summary>
    internal float[] Grey { get; }

    internal CoarseLayout Layout { get; }

    internal Corner[] Corners { get; }

    /// <summary>The fingerprint of the picture's mirror image.</summary>
    internal PictureFingerprint Mirrored => _mirrored ??= Mirror();

    /// <param name="rgb">
    /// The picture, R, G, B interleaved, in any size: its proportions are <paramref name="width"/> to <paramref name="height"/>.
    /// </param>
    /// <param name="rgbWidth">Pixels of a row of <paramref name="rgb"/>.</param>
    /// <param name="rgbHeight">Its rows.</param>
    public static PictureFingerprint Create(ReadOnlySpan<byte> rgb, int rgbWidth, int rgbHeight, int width, int height)
    {
        using var full = GreyPicture.Of(rgb, rgbWidth, rgbHeight);
        var (scaledWidth, scaledHeight) = SizeOf(width, height);
        using var picture = full.Resize(scaledWidth, scaledHeight);
        using var small = picture.Resize(Side, Side);
        var grey = small.Pixels.ToArray();
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = MathF.Round(grey[i]);
        }

        return new PictureFingerprint(picture.Width, picture.Height, grey, CornerFinder.Find(picture));
    }

    /// <returns>The size of a picture of these proportions whose longer side is <see cref="LongerSide"/>.</returns>
    internal static (int Width, int Height) SizeOf(int width, int height)
    {
        var scale = (double)LongerSide / Math.Max(width, height);
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <returns>Null when the bytes are none of this version's.</returns>
    public static PictureFingerprint? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + GreySize || bytes[0] != Version || bytes[3] > MostCorners
            || bytes.Length != HeaderSize + GreySize + (bytes[3] * Corner.Size))
        {
            return null;
        }

        var (width, height) = (bytes[1] + 1, bytes[2] + 1);
        var grey = new float[GreySize];
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = bytes[HeaderSize + i];
        }

        var corners = new Corner[bytes[3]];
        var rest = bytes[(HeaderSize + GreySize)..];
        for (var i = 0; i < corners.Length; i++, rest = rest[Corner.Size..])
        {
            corners[i] = new Corner(
                rest[0], rest[1], rest[2], rest[3], BinaryPrimitives.ReadUInt64LittleEndian(rest[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(rest[12..]));
            if (corners[i].X >= width || corners[i].Y >= height || corners[i].Level >= CornerFinder.Levels)
            {
                return null;
            }
        }

        return new PictureFingerprint(width, height, grey, corners);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderSize + GreySize + (Corners.Length * Corner.Size)];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Version, (byte)(Width - 1), (byte)(Height - 1), (byte)Corners.Length);
        for (var i = 0; i < Grey.Length; i++)
        {
            bytes[HeaderSize + i] = (byte)Grey[i];
        }

        var rest = bytes.AsSpan(HeaderSize + GreySize);
        foreach (var corner in Corners)
        {
            (rest[0], rest[1], rest[2], rest[3]) = (corner.X, corner.Y, corner.Level, corner.Angle);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[4..], corner.Bits);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[12..], corner.MirroredBits);
            rest = rest[Corner.Size..];
        }

        return bytes;
    }

    private PictureFingerprint Mirror()
    {
        var grey = (float[])Grey.Clone();
        for (var y = 0; y < Side; y++)
        {
            grey.AsSpan(y * Side, Side).Reverse();
        }

        return new PictureFingerprint(Width, Height, grey, Array.ConvertAll(Corners, corner => corner.Mirrored(Width)));
    }
}
