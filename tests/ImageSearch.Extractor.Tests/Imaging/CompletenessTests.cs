using ImageSearch.Core.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using NetVips;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>A file that ends too soon gives the picture of the whole file or is refused: never a grey lower half.</summary>
public sealed class CompletenessTests
{
    private const int Width = 72, Height = 56;

    private static readonly ImageLimits Limits = new();
    private static readonly byte[] EndMarker = [0xFF, 0xD9];

    public static TheoryData<string, string> Jpegs => new()
    {
        { "jpegsave_buffer", "Q=90" },
        { "jpegsave_buffer", "Q=90,subsample-mode=off" },
        { "jpegsave_buffer", "Q=90,restart-interval=3" },
        { "jpegsave_buffer", "Q=90,interlace=true" },
        { "jpegsave_buffer", "Q=90,interlace=true,restart-interval=3" },
        { "jpegsave_buffer", "grey" },
        { "ImageSharp", "" },
    };

    public static TheoryData<string, string> OtherFormats => new()
    {
        { "pngsave_buffer", "" },
        { "pngsave_buffer", "interlace=true" },
        { "pngsave_buffer", "palette=true" },
        { "webpsave_buffer", "Q=90" },
        { "webpsave_buffer", "lossless=true" },
        { "gifsave_buffer", "" },
        { "tiffsave_buffer", "" },
        { "tiffsave_buffer", "compression=lzw" },
        { "tiffsave_buffer", "compression=deflate" },
        { "tiffsave_buffer", "compression=jpeg" },
        { "tiffsave_buffer", "compression=packbits,tile=true,pyramid=true" },
        { "heifsave_buffer", "compression=av1,effort=0" },
    };

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Decode_JpegWithoutEndMarker_IsThePicture(string save, string options)
    {
        var whole = Encode(save, options);

        Assert.Equal(EndMarker, whole[^2..]);
        Assert.Equal(Decode(whole), Decode(whole[..^2]));
        Assert.Equal(Decode(whole), Decode(whole[..^1]));
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Decode_JpegCutAnywhereAndEnded_IsThePictureOrRefused(string save, string options)
    {
        var whole = Encode(save, options);
        var pixels = Decode(whole);
        for (var end = 2; end < whole.Length - 2; end += whole.Length - end < 60 ? 1 : 13)
        {
            // Whole scans of a progressive picture, and the end behind them, are a picture: a coarser one.
            var betweenScans = AtMarker(end) || AtMarker(end - 1);
            if (!betweenScans || !options.Contains("interlace", StringComparison.Ordinal))
            {
                AssertWholeOrRefused(pixels, [.. whole[..end], .. EndMarker]);
            }
        }

        bool AtMarker(int at) => whole[at] == 0xFF && whole[at + 1] is (0xC4 or 0xDA);

        Assert.Throws<InvalidImageException>(() => Decode([.. whole[..^6], .. EndMarker]));
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Decode_HalfAJpegBeforeAnotherPicture_IsRefused(string save, string options)
    {
        var whole = Encode(save, options);
        byte[] half = [.. whole[..(whole.Length * 3 / 4)], .. EndMarker];

        Assert.Throws<InvalidImageException>(() => Decode([.. half, .. whole]));
        Assert.Throws<InvalidImageException>(() => Thumbnailer.Create(half, 16, Limits));
        Assert.Equal(Decode(whole), Decode([.. whole, .. half]));
    }

    [Fact]
    public void Decode_HalfALargeJpegThatIsShrunkWhileLoading_IsRefused()
    {
        foreach (var options in (string[])["Q=90", "Q=90,interlace=true"])
        {
            var whole = PictureEncoder.Encode(GeneratedPicture.Pixels(5, 1600, 1200), 1600, 1200, 3, "jpegsave_buffer", options);
            foreach (var share in (double[])[0.5, 0.9, 0.999])
            {
                byte[] cut = [.. whole[..(int)(whole.Length * share)], .. EndMarker];
                Assert.Throws<InvalidImageException>(() => Decode(cut));
                Assert.Throws<InvalidImageException>(() => Thumbnailer.Create(cut, 64, Limits));
            }
        }
    }

    [Fact]
    public void Inspect_ProgressiveJpegWithoutItsLastScans_IsRefused()
    {
        var whole = Encode("jpegsave_buffer", "Q=90,interlace=true");
        var problem = Assert.Throws<InvalidImageException>(() => ImageInspector.Inspect(whole.AsMemory(0, whole.Length / 2), Limits));
        Assert.Contains("truncated or damaged", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_JpegWithOddHeaderFields_IsThePicture()
    {
        var whole = Encode("ImageSharp", "");
        var pixels = Decode(whole);
        var tables = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]);
        var jfif = whole.AsSpan().IndexOf("JFIF\0"u8) + 5;
        var scan = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA, 0, 12]) + 4 + 7;

        Assert.Equal(pixels, Decode([.. whole[..jfif], 9, .. whole[(jfif + 1)..]]));
        Assert.Equal(pixels, Decode([.. whole[..scan], 0, 0, .. whole[(scan + 2)..]]));
        Assert.Equal(pixels, Decode([.. whole[..tables], .. "stray"u8, .. whole[tables..]]));
    }

    [Fact]
    public void Inspect_ArithmeticJpeg_IsNamed()
    {
        var whole = Encode("jpegsave_buffer", "Q=90");
        whole[whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0]) + 1] = 0xC9;
        Assert.Contains("arithmetic coding", Assert.Throws<InvalidImageException>(() => ImageInspector.Inspect(whole, Limits)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void Decode_CutAnywhere_IsThePictureOrRefused(string save, string options)
    {
        var whole = Encode(save, options);
        var pixels = Decode(whole);
        for (var end = whole.Length - 1; end > 8; end -= whole.Length - end < 60 ? 1 : 41)
        {
            AssertWholeOrRefused(pixels, whole[..end]);
        }
    }

    [Theory]
    [InlineData("pngsave_buffer", 12)]
    [InlineData("gifsave_buffer", 1)]
    public void Decode_WithoutTheEndOfItsFormat_IsThePicture(string save, int length)
    {
        var whole = Encode(save, "");
        Assert.Equal(Decode(whole), Decode(whole[..^length]));
    }

    [Fact]
    public void Case_JpegWithoutEndMarker_IsThePicture()
    {
        var cut = TestData.Case("eoi-missing.jpg");
        Assert.Equal(new ImageInfo("image/jpeg", 64, 48), ImageInspector.Inspect(cut, Limits));
        Assert.Equal(Decode([.. cut, .. EndMarker]), Decode(cut));
        Picture.AssertQuadrants(cut);
    }

    private static void AssertWholeOrRefused(byte[] expected, byte[] cut)
    {
        byte[] pixels;
        try
        {
            pixels = Decode(cut);
        }
        catch (InvalidImageException e)
        {
            Assert.Matches("truncated or damaged|no picture of a supported format", e.Message);
            return;
        }

        Assert.Equal(expected, pixels);
    }

    private static byte[] Encode(string save, string options)
    {
        // Detail in every block, so that each has bits of its own.
        var pixels = GeneratedPicture.Pixels(3, Width, Height);
        var random = new Random(3);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(pixels[i] + random.Next(-30, 31), 0, 255);
        }

        if (save == "ImageSharp")
        {
            using var image = SixLabors.ImageSharp.Image.LoadPixelData<Rgb24>(pixels, Width, Height);
            using var stream = new MemoryStream();
            image.Save(stream, new JpegEncoder { Quality = 85 });
            return stream.ToArray();
        }

        return options == "grey"
            ? PictureEncoder.Encode(pixels, Width, Height, 3, save, "Q=90", steps: image => image.Colourspace(Enums.Interpretation.Bw))
            : PictureEncoder.Encode(pixels, Width, Height, 3, save, options);
    }

    private static byte[] Decode(byte[] content)
    {
        var target = new DecodeTarget(Width, Height, ResizeRule.Stretch, Width);
        var pixels = new byte[target.Bytes];
        ImageDecoder.Decode(content, target, null, Limits, pixels);
        return pixels;
    }
}
