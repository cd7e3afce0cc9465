using System.Text;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing.Pictures;
using NetVips;

namespace ImageSearch.Extractor.Tests.Imaging;

public sealed class ImageDecoderTests
{
    private static readonly ImageLimits Limits = new();
    private static readonly DecodeTarget Small = new(16, 16, ResizeRule.Stretch, 16);

    private static readonly (byte R, byte G, byte B) Red = (220, 20, 20);
    private static readonly (byte R, byte G, byte B) Green = (20, 200, 20);
    private static readonly (byte R, byte G, byte B) Blue = (20, 20, 220);
    private static readonly (byte R, byte G, byte B) Yellow = (220, 220, 20);

    [Theory]
    [InlineData("jpegsave_buffer", "Q=95,subsample-mode=off")]
    [InlineData("jpegsave_buffer", "Q=95,interlace=true")]
    [InlineData("pngsave_buffer", "")]
    [InlineData("pngsave_buffer", "interlace=true")]
    [InlineData("pngsave_buffer", "palette=true")]
    [InlineData("webpsave_buffer", "lossless=true")]
    [InlineData("gifsave_buffer", "")]
    [InlineData("tiffsave_buffer", "compression=deflate")]
    [InlineData("tiffsave_buffer", "tile=true,pyramid=true")]
    [InlineData("heifsave_buffer", "compression=av1,effort=0,Q=90")]
    public void Decode_EveryFormat_GivesTheSamePicture(string save, string options) =>
        AssertQuadrants(Picture.Save(save, options), Red, Green, Blue, Yellow);

    [Theory]
    [InlineData("jpegsave_buffer", "Q=95", Enums.Interpretation.Cmyk)]
    [InlineData("pngsave_buffer", "", Enums.Interpretation.Rgb16)]
    [InlineData("tiffsave_buffer", "", Enums.Interpretation.Rgb16)]
    [InlineData("tiffsave_buffer", "", Enums.Interpretation.Lab)]
    [InlineData("tiffsave_buffer", "", Enums.Interpretation.Cmyk)]
    [InlineData("tiffsave_buffer", "", Enums.Interpretation.Scrgb)]
    public void Decode_OtherColourSpace_ComesOutAsSrgb(string save, string options, Enums.Interpretation space) =>
        AssertQuadrants(Picture.Save(save, options, image => image.Colourspace(space)), Red, Green, Blue, Yellow, tolerance: space == Enums.Interpretation.Cmyk ? 100 : 12);

    [Theory]
    [InlineData("jpegsave_buffer", Enums.Interpretation.Bw)]
    [InlineData("pngsave_buffer", Enums.Interpretation.Bw)]
    [InlineData("pngsave_buffer", Enums.Interpretation.Grey16)]
    [InlineData("webpsave_buffer", Enums.Interpretation.Bw)]
    public void Decode_Greyscale_GivesThreeEqualChannels(string save, Enums.Interpretation space)
    {
        var pixels = Decode(Picture.Save(save, "", image => image.Colourspace(space)), Small);

        Assert.All(Enumerable.Range(0, 256), i => Assert.True(Math.Abs(pixels[3 * i] - pixels[3 * i + 1]) <= 2 && Math.Abs(pixels[3 * i] - pixels[3 * i + 2]) <= 2));
        Assert.NotEqual(pixels[0], pixels[3 * 15]);
    }

    [Theory]
    [InlineData("pngsave_buffer", "")]
    [InlineData("webpsave_buffer", "lossless=true")]
    [InlineData("tiffsave_buffer", "")]
    public void Decode_Transparency_LiesOverWhite(string save, string options)
    {
        var clear = PictureEncoder.Encode([.. Enumerable.Repeat(new byte[] { 10, 10, 10, 0 }, 256).SelectMany(pixel => pixel)], 16, 16, 4, save, options);
        Assert.All(Decode(clear, Small), value => Assert.Equal(255, value));

        var half = PictureEncoder.Encode([.. Enumerable.Repeat(new byte[] { 0, 0, 0, 128 }, 256).SelectMany(pixel => pixel)], 16, 16, 4, save, options);
        Assert.All(Decode(half, Small), value => Assert.InRange(value, 124, 130));
    }

    [Fact]
    public void Decode_GreyscaleWithTransparency_LiesOverWhite()
    {
        var png = PictureEncoder.Encode([.. Enumerable.Repeat(new byte[] { 0, 0 }, 256).SelectMany(pixel => pixel)], 16, 16, 2, "pngsave_buffer");
        Assert.All(Decode(png, Small), value => Assert.Equal(255, value));
    }

    [Fact]
    public void Decode_ExifOrientation_IsApplied()
    {
        AssertQuadrants(Picture.Jpeg(64, 48, 1), Red, Green, Blue, Yellow);
        AssertQuadrants(Picture.Jpeg(64, 48, 2), Green, Red, Yellow, Blue);
        AssertQuadrants(Picture.Jpeg(64, 48, 3), Yellow, Blue, Green, Red);
        AssertQuadrants(Picture.Jpeg(64, 48, 4), Blue, Yellow, Red, Green);
        AssertQuadrants(Picture.Jpeg(64, 48, 5), Red, Blue, Green, Yellow);
        AssertQuadrants(Picture.Jpeg(64, 48, 6), Blue, Red, Yellow, Green);
        AssertQuadrants(Picture.Jpeg(64, 48, 7), Yellow, Green, Blue, Red);
        AssertQuadrants(Picture.Jpeg(64, 48, 8), Green, Yellow, Red, Blue);
    }

    [Fact]
    public void Decode_CropOfAnOrientedPicture_CutsThePictureAsShown()
    {
        // Upright: blue, red over yellow, green.
        var crop = new CropRectangle(0.5, 0, 0.5, 0.5);
        foreach (var target in new[] { Small, new DecodeTarget(16, 16, ResizeRule.ShorterSideThenCrop, 20) })
        {
            var pixels = Decode(Picture.Jpeg(640, 480, 6), target, crop);
            Assert.All(Enumerable.Range(0, 256), i => AssertNear(Red, pixels, i, 40));
        }
    }

    [Fact]
    public void Decode_TinyCropOfALargePicture_IsEnlargedCheaply()
    {
        var pixels = Decode(Picture.Jpeg(2000, 1500), new DecodeTarget(224, 224, ResizeRule.ShorterSideThenCrop, 256), new CropRectangle(0.9, 0.9, 0.001, 0.0007));
        AssertNear(Yellow, pixels, 224 * 112 + 112, 40);
    }

    [Fact]
    public void Decode_ShorterSideThenCrop_TakesTheMiddle()
    {
        // 400 × 100, its left and right quarters lie outside the square in the middle.
        var raw = new byte[400 * 100 * 3];
        for (var i = 0; i < raw.Length; i++)
        {
            var x = i / 3 % 400;
            raw[i] = x is < 140 or >= 260 ? (byte)0 : (byte)255;
        }

        var pixels = Decode(PictureEncoder.Encode(raw, 400, 100, 3, "pngsave_buffer"), new DecodeTarget(50, 50, ResizeRule.ShorterSideThenCrop, 50));
        Assert.All(pixels, value => Assert.True(value > 250));
    }

    [Fact]
    public void Decode_Animation_GivesItsFirstFrame()
    {
        foreach (var save in new[] { "gifsave_buffer", "webpsave_buffer" })
        {
            var pixels = Decode(Picture.Animation(save, 32, 32, [250, 5, 5], [5, 250, 5]), Small);
            Assert.All(Enumerable.Range(0, 256), i => AssertNear((250, 5, 5), pixels, i, 12));
        }
    }

    [Fact]
    public void Decode_AnimatedAvif_GivesItsFirstFrame()
    {
        var avif = Picture.Save("heifsave_buffer", "compression=av1,effort=0,Q=90");
        Assert.Equal("avif"u8, avif.AsSpan(8, 4));
        "avis"u8.CopyTo(avif.AsSpan(8));

        Assert.Equal(new ImageInfo("image/avif", 64, 48), ImageInspector.Inspect(avif, Limits));
        AssertQuadrants(avif, Red, Green, Blue, Yellow);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(500, 1)]
    [InlineData(3, 2)]
    public void Decode_TinyAndThinPictures_FillTheTarget(int width, int height)
    {
        foreach (var target in new[] { Small, new DecodeTarget(16, 16, ResizeRule.ShorterSideThenCrop, 20) })
        {
            Assert.Contains(Decode(Picture.Png(width, height), target), value => value > 100);
            Assert.Contains(Decode(Picture.Jpeg(width, height), target, new CropRectangle(0.99, 0.99, 0.01, 0.01)), value => value > 100);
        }
    }

    [Theory]
    [InlineData("jpegsave_buffer", "Q=92")]
    [InlineData("jpegsave_buffer", "Q=92,interlace=true")]
    [InlineData("pngsave_buffer", "")]
    [InlineData("webpsave_buffer", "Q=90")]
    [InlineData("tiffsave_buffer", "compression=lzw")]
    [InlineData("heifsave_buffer", "compression=av1,effort=0")]
    public void Decode_HalfAFile_IsRefused(string save, string options)
    {
        var whole = PictureEncoder.Encode(Noise(256, 256), 256, 256, 3, save, options);
        var problem = Assert.Throws<InvalidImageException>(() => Decode(whole[..(whole.Length / 2)], Small));
        Assert.Equal("unreadable-image", problem.Problem);
        Assert.Contains("truncated or damaged", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OddJpegs_Pass()
    {
        var jpeg = Picture.Jpeg(64, 48);

        // Bytes after the end, as cameras append; a comment; zeros between segments, as some writers leave.
        AssertQuadrants([.. jpeg, .. Encoding.ASCII.GetBytes("appended by a camera"), 0, 0, 0], Red, Green, Blue, Yellow);
        AssertQuadrants([.. jpeg[..2], 0xFF, 0xFE, 0, 6, (byte)'h', (byte)'i', 0xFF, 0x00, .. jpeg[2..]], Red, Green, Blue, Yellow);
        AssertQuadrants([.. jpeg[..2], 0xFF, 0xFF, 0xFF, .. jpeg[2..]], Red, Green, Blue, Yellow);
    }

    [Fact]
    public void Decode_DamagedProfile_IsIgnored()
    {
        var jpeg = PictureEncoder.Encode(Picture.Quadrants(64, 48), 64, 48, 3, "jpegsave_buffer", "Q=95", profile: new byte[500]);
        AssertQuadrants(jpeg, Red, Green, Blue, Yellow);
    }

    [Fact]
    public void Decode_WithoutProfile_IsToTheLastBitAsWithThatOfSrgb()
    {
        const int side = 128;
        var pixels = new byte[side * side * 3];
        for (var i = 0; i < side * side; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)(2 * (i % side)), (byte)(2 * (i / side)), (byte)(i % side * (i / side) / 64));
        }

        var target = new DecodeTarget(96, 96, ResizeRule.Stretch, 96);

        Assert.Equal(
            Decode(PictureEncoder.Encode(pixels, side, side, 3, "pngsave_buffer", "profile=srgb"), target),
            Decode(PictureEncoder.Encode(pixels, side, side, 3, "pngsave_buffer"), target));
    }

    [Fact]
    public void Decode_ProfileOfAnotherSpace_IsApplied()
    {
        // The same colours written in Display P3 have other numbers; read through the profile they are the same again.
        var jpeg = Picture.Save("jpegsave_buffer", "Q=95,subsample-mode=off", image => image.IccTransform("p3", inputProfile: "srgb"));
        AssertQuadrants(jpeg, Red, Green, Blue, Yellow, tolerance: 12);
    }

    [Fact]
    public void Thumbnail_LargePicture_IsSmallUprightWebp()
    {
        var thumbnail = Thumbnailer.Create(Picture.Jpeg(640, 480, 6), 200, Limits);

        Assert.Equal(new ImageInfo("image/webp", 150, 200), ImageInspector.Inspect(thumbnail, Limits));
        AssertQuadrants(thumbnail, Blue, Red, Yellow, Green);
    }

    [Fact]
    public void Thumbnail_SmallPicture_IsNotEnlarged() =>
        Assert.Equal(new ImageInfo("image/webp", 64, 48), ImageInspector.Inspect(Thumbnailer.Create(Picture.Png(64, 48), 200, Limits), Limits));

    [Fact]
    public void Thumbnail_DamagedPicture_IsRefused() =>
        Assert.Throws<InvalidImageException>(() => Thumbnailer.Create(PictureEncoder.Encode(Noise(256, 256), 256, 256, 3, "jpegsave_buffer").AsMemory(0, 4000), 200, Limits));

    internal static byte[] Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(42).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Decode(byte[] content, DecodeTarget target, CropRectangle? crop = null)
    {
        var pixels = new byte[target.Bytes];
        ImageDecoder.Decode(content, target, crop, Limits, pixels);
        return pixels;
    }

    private static void AssertQuadrants(
        byte[] content,
        (byte R, byte G, byte B) topLeft, (byte R, byte G, byte B) topRight, (byte R, byte G, byte B) bottomLeft, (byte R, byte G, byte B) bottomRight,
        int tolerance = 30)
    {
        var pixels = Decode(content, Small);
        AssertNear(topLeft, pixels, 16 * 3 + 3, tolerance);
        AssertNear(topRight, pixels, 16 * 3 + 12, tolerance);
        AssertNear(bottomLeft, pixels, 16 * 12 + 3, tolerance);
        AssertNear(bottomRight, pixels, 16 * 12 + 12, tolerance);
    }

    private static void AssertNear((byte R, byte G, byte B) colour, byte[] pixels, int index, int tolerance)
    {
        var (r, g, b) = (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2]);
        Assert.True(
            Math.Abs(colour.R - r) <= tolerance && Math.Abs(colour.G - g) <= tolerance && Math.Abs(colour.B - b) <= tolerance,
            $"Pixel {index} is ({r}, {g}, {b}) where {colour} was expected.");
    }
}
