using ImageSearch.Core.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>ImageSharp, which shares no code with libvips, writes pictures that are decoded here, and decodes what was decoded here.</summary>
public sealed class SecondDecoderTests
{
    private const int Width = 120, Height = 90;

    private static readonly ImageLimits Limits = new();

    public static TheoryData<string> Lossless => ["png", "interlaced png", "webp", "tiff", "tiff lzw", "tiff deflate", "tiff packbits"];

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Decode_LosslessPictureOfAnotherEncoder_IsEqual(string name)
    {
        var pixels = GeneratedPicture.Pixels(11, Width, Height);
        Assert.Equal(pixels, Decode(Save(pixels, name switch
        {
            "png" => new PngEncoder { ColorType = PngColorType.Rgb },
            "interlaced png" => new PngEncoder { ColorType = PngColorType.Rgb, InterlaceMethod = PngInterlaceMode.Adam7 },
            "webp" => new WebpEncoder { FileFormat = WebpFileFormatType.Lossless },
            "tiff" => Tiff(TiffCompression.None),
            "tiff lzw" => Tiff(TiffCompression.Lzw),
            "tiff deflate" => Tiff(TiffCompression.Deflate),
            _ => Tiff(TiffCompression.PackBits),
        })));

        static TiffEncoder Tiff(TiffCompression compression) => new() { Compression = compression, BitsPerPixel = TiffBitsPerPixel.Bit24 };
    }

    [Fact]
    public void Decode_LossyPictureOfAnotherEncoder_LooksTheSame()
    {
        var pixels = GeneratedPicture.Pixels(12, Width, Height);
        foreach (var encoder in (IImageEncoder[])[new JpegEncoder { Quality = 95 }, new WebpEncoder { Quality = 95 }, new GifEncoder()])
        {
            var content = Save(pixels, encoder);
            AssertNear(SecondDecode(content), Decode(content), 2);
        }
    }

    [Fact]
    public void Decode_Photographs_AreWhatTheSecondDecoderSees()
    {
        TestData.SkipIfMissing();
        foreach (var path in TestData.Images.Where((_, i) => i % 10 == 0))
        {
            var content = File.ReadAllBytes(path);
            var info = ImageInspector.Inspect(content, Limits);
            // It ignores colour profiles, so that it is compared on pictures that have none.
            using var image = Image.Load<Rgb24>(content);
            Assert.Equal((image.Width, image.Height), (info.Width, info.Height));
            if (image.Metadata.IccProfile is null)
            {
                AssertNear(Pixels(image), Decode(content, info.Width, info.Height), 2);
            }
        }
    }

    /// <summary>The mean difference per sample: decoders may round, and fill in colours between samples, in their own ways.</summary>
    private static void AssertNear(byte[] expected, byte[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var mean = expected.Zip(actual, (one, other) => Math.Abs(one - other)).Average();
        Assert.True(mean <= tolerance, $"The decoders differ by {mean:F2} in the mean.");
    }

    private static byte[] Save(byte[] pixels, IImageEncoder encoder)
    {
        using var image = Image.LoadPixelData<Rgb24>(pixels, Width, Height);
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    private static byte[] SecondDecode(byte[] content)
    {
        using var image = Image.Load<Rgb24>(content);
        return Pixels(image);
    }

    private static byte[] Pixels(Image<Rgb24> image)
    {
        var pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    private static byte[] Decode(byte[] content, int width = Width, int height = Height)
    {
        var target = new DecodeTarget(width, height, ResizeRule.Stretch, Math.Max(width, height));
        var pixels = new byte[target.Bytes];
        ImageDecoder.Decode(content, target, null, Limits, pixels);
        return pixels;
    }
}
