using System.Buffers.Binary;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing;

namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>Which of a TIFF's pictures is taken, and what is refused by name.</summary>
public sealed class TiffDirectoryTests
{
    private const int Reduced = 1, Mask = 4, Sensor = 32803;

    private static readonly ImageLimits Limits = new();

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Decode_ReducedCopyFirst_TakesThePicture(bool big, bool little)
    {
        AssertPicture(Tiff(big, little, [new(8, 6, Reduced), new(64, 48)]));
        AssertPicture(Tiff(big, little, [new(8, 6, Reduced), new(64, 48, Mask), new(64, 48)]));
        AssertPicture(Tiff(big, little, [new(64, 48), new(8, 6, Reduced)]));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Decode_PictureInADirectoryBelow_TakesThePicture(bool big, bool little)
    {
        AssertPicture(Tiff(big, little, [new(8, 6, Reduced) { Below = [new(64, 48)] }]));
        AssertPicture(Tiff(big, little, [new(8, 6, Reduced) { Below = [new(16, 12, Reduced), new(64, 48)] }]));
        AssertPicture(Tiff(big, little, [new(64, 48) { Below = [new(8, 6, Reduced)] }]));
    }

    [Fact]
    public void Inspect_ReducedCopyAlone_IsNamed() => AssertRefused("only a reduced copy", Tiff(false, true, [new(8, 6, Reduced)]));

    [Fact]
    public void Inspect_CameraRaw_IsNamed()
    {
        AssertRefused("camera raw", Tiff(false, true, [new(8, 6, Reduced) { Below = [new(64, 48) { Photometric = Sensor }] }]));
        AssertRefused("camera raw", Tiff(false, true, [new(64, 48) { Photometric = Sensor }]));
    }

    [Theory]
    [InlineData(50000, "Zstandard")]
    [InlineData(50001, "WebP")]
    [InlineData(34887, "LERC")]
    [InlineData(34925, "LZMA")]
    [InlineData(34712, "JPEG 2000")]
    [InlineData(33003, "JPEG 2000")]
    [InlineData(50002, "JPEG XL")]
    [InlineData(34661, "JBIG")]
    [InlineData(12345, "compression 12345")]
    public void Inspect_UnknownCompression_IsNamed(int compression, string name)
    {
        AssertRefused(name, Tiff(false, true, [new(64, 48) { Compression = compression }]));
        AssertRefused(name, Tiff(true, false, [new(8, 6, Reduced), new(64, 48) { Compression = compression }]));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("lzw")]
    [InlineData("deflate")]
    [InlineData("packbits")]
    [InlineData("jpeg,Q=95")]
    public void Decode_KnownCompression_GivesThePicture(string compression) =>
        Picture.AssertQuadrants(Picture.Save("tiffsave_buffer", $"compression={compression}"));

    [Fact]
    public void Inspect_DirectoriesInACircle_EndsAndIsRefused()
    {
        var tiff = Tiff(false, true, [new(8, 6, Reduced)]);
        BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(tiff.Length - 4), BinaryPrimitives.ReadUInt32LittleEndian(tiff.AsSpan(4)));
        AssertRefused("only a reduced copy", tiff);
    }

    [Fact]
    public void Inspect_OffsetsOutsideTheFile_AreRefused()
    {
        foreach (var offset in (uint[])[0, 7, 400_000_000, int.MaxValue, uint.MaxValue])
        {
            var tiff = Tiff(false, true, [new(64, 48)]);
            BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(4), offset);
            AssertRefused("truncated or damaged", tiff);
        }
    }

    [Fact]
    public void Case_ReducedCopyFirst_TakesThePicture() => AssertPicture(TestData.Case("reduced-first.tif"));

    [Fact]
    public void Case_Zstandard_IsNamed() => AssertRefused("Zstandard", TestData.Case("zstd.tif"));

    private static void AssertPicture(byte[] tiff)
    {
        Assert.Equal(new ImageInfo("image/tiff", 64, 48), ImageInspector.Inspect(tiff, Limits));
        Picture.AssertQuadrants(tiff);
    }

    private static void AssertRefused(string reason, byte[] tiff) => Assert.Contains(
        reason, Assert.Throws<InvalidImageException>(() => ImageInspector.Inspect(tiff, Limits)).Message, StringComparison.Ordinal);

    /// <summary>Uncompressed RGB: black where it is a reduced copy or a mask, the quadrants otherwise.</summary>
    private sealed record Directory(int Width, int Height, int Subfile = 0)
    {
        public int Compression { get; init; } = 1;

        public int Photometric { get; init; } = 2;

        public Directory[] Below { get; init; } = [];
    }

    private static byte[] Tiff(bool big, bool little, Directory[] chain)
    {
        var file = new List<byte>(little ? "II"u8.ToArray() : "MM"u8.ToArray());
        Add(big ? 43 : 42, 2);
        if (big)
        {
            Add(8, 2);
            Add(0, 2);
        }

        var size = big ? 8 : 4;
        var link = file.Count;
        Add(0, size);
        foreach (var directory in chain)
        {
            link = Write(directory, link);
        }

        return [.. file];

        void Add(long value, int bytes) => Put(file, file.Count, value, bytes);

        void Put(List<byte> to, int at, long value, int bytes)
        {
            for (var i = 0; i < bytes; i++)
            {
                var shifted = (byte)(value >> (8 * (little ? i : bytes - 1 - i)));
                if (at + i < to.Count)
                {
                    to[at + i] = shifted;
                }
                else
                {
                    to.Add(shifted);
                }
            }
        }

        // Pixels, the directories below, this one; returns where the next one's offset goes.
        int Write(Directory directory, int linked)
        {
            var (width, height) = (directory.Width, directory.Height);
            var pixels = file.Count;
            file.AddRange(directory.Subfile == 0 ? Picture.Quadrants(width, height) : new byte[width * height * 3]);
            var bits = file.Count;
            for (var i = 0; i < 3; i++)
            {
                Add(8, 2);
            }

            var below = file.Count;
            foreach (var _ in directory.Below)
            {
                Add(0, size);
            }

            for (var i = 0; i < directory.Below.Length; i++)
            {
                Write(directory.Below[i], below + i * size);
            }

            Put(file, linked, file.Count, size);
            var entries = new List<(int Tag, int Type, int Count, long Value)>
            {
                (254, 4, 1, directory.Subfile), (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (259, 3, 1, directory.Compression),
                (262, 3, 1, directory.Photometric), (273, 4, 1, pixels), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, width * height * 3),
            };
            if (directory.Below is { Length: > 0 })
            {
                entries.Add((330, big ? 18 : 13, directory.Below.Length, below));
            }

            Add(entries.Count, big ? 8 : 2);
            foreach (var (tag, type, count, value) in entries)
            {
                Add(tag, 2);
                Add(type, 2);
                Add(count, size);
                var bytes = type == 3 ? 2 : type == 18 ? 8 : 4;
                var inline = count * bytes <= size;
                if (tag == 258 && inline)
                {
                    // Three shorts in eight bytes.
                    Add(8, 2);
                    Add(8, 2);
                    Add(8, 2);
                    Add(0, 2);
                }
                else if (tag == 330 && count == 1)
                {
                    Add(Offset(file, below), size);
                }
                else
                {
                    var width1 = inline ? bytes : size;
                    Add(value, width1);
                    Add(0, size - width1);
                }
            }

            Add(0, size);
            return file.Count - size;
        }

        long Offset(List<byte> from, int at)
        {
            long value = 0;
            for (var i = 0; i < size; i++)
            {
                value |= (long)from[at + (little ? i : size - 1 - i)] << (8 * i);
            }

            return value;
        }
    }
}
