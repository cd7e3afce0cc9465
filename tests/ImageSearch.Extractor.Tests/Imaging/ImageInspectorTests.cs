using System.Text;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Extractor.Tests.Imaging;

[Collection(MeasuresTheProcess.Name)]
public sealed class ImageInspectorTests
{
    private static readonly ImageLimits Limits = new();

    public static TheoryData<string, string, string> Formats => new()
    {
        { "jpegsave_buffer", "Q=90", "image/jpeg" },
        { "pngsave_buffer", "compression=6", "image/png" },
        { "webpsave_buffer", "Q=90", "image/webp" },
        { "gifsave_buffer", "effort=1", "image/gif" },
        { "tiffsave_buffer", "compression=lzw", "image/tiff" },
        { "heifsave_buffer", "compression=av1,effort=0", "image/avif" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Inspect_SupportedFormat_FindsTypeAndSize(string save, string options, string contentType) =>
        Assert.Equal(new ImageInfo(contentType, 64, 48), ImageInspector.Inspect(Picture.Save(save, options), Limits));

    [Theory]
    [InlineData(1, 64, 48)]
    [InlineData(3, 64, 48)]
    [InlineData(6, 48, 64)]
    [InlineData(8, 48, 64)]
    public void Inspect_ExifOrientation_GivesTheSizeAsShown(int orientation, int width, int height) =>
        Assert.Equal(new ImageInfo("image/jpeg", width, height), ImageInspector.Inspect(Picture.Jpeg(64, 48, orientation), Limits));

    [Fact]
    public void Inspect_Animation_CountsItsFirstFrameOnly()
    {
        var limits = new ImageLimits { MaximumPixels = 64 * 48 };
        foreach (var save in new[] { "gifsave_buffer", "webpsave_buffer" })
        {
            var animation = Picture.Animation(save, 64, 48, [255, 0, 0], [0, 255, 0], [0, 0, 255]);
            var info = ImageInspector.Inspect(animation, limits);
            Assert.Equal((64, 48), (info.Width, info.Height));
        }
    }

    [Fact]
    public void Inspect_EmptyFile_SaysSo() => AssertProblem("empty-file", [], Limits);

    [Fact]
    public void Inspect_TooManyBytes_SaysSo() => AssertProblem("file-too-large", Picture.Png(64, 48), new ImageLimits { MaximumBytes = 100 });

    [Theory]
    [InlineData("This is a letter that somebody named holiday.jpg.")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("P6 4 4 255\n")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("BM\u0001\u0001\0\0\0\0\0\0\u0036\0\0\0")]
    [InlineData("x")]
    public void Inspect_OtherFormat_IsUnsupported(string content) => AssertProblem("unsupported-format", Encoding.Latin1.GetBytes(content), Limits);

    [Theory]
    [InlineData("jpegsave_buffer", 12)]
    [InlineData("pngsave_buffer", 20)]
    [InlineData("webpsave_buffer", 14)]
    [InlineData("gifsave_buffer", 8)]
    [InlineData("tiffsave_buffer", 9)]
    [InlineData("heifsave_buffer", 30)]
    public void Inspect_HeaderCutOff_IsUnreadable(string save, int length)
    {
        var whole = Picture.Save(save, save == "heifsave_buffer" ? "compression=av1,effort=0" : "");
        AssertProblem("unreadable-image", whole[..length], Limits);
    }

    [Fact]
    public void Inspect_PngThatClaimsGigapixels_CostsNothing()
    {
        var png = ClaimedSize.Png(50_000, 50_000);
        var before = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64;

        AssertProblem("too-many-pixels", png, Limits);

        var grown = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 - before;
        Assert.True(grown < 500_000_000, $"The peak working set grew by {grown:N0} bytes: the picture was decoded.");
    }

    [Fact]
    public void Inspect_MessagesOfProblems_SayWhatToDo()
    {
        var heic = Assert.Throws<InvalidImageException>(() => ImageInspector.Inspect("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray(), Limits));
        Assert.Equal("HEIC is not supported. Save the picture as one of JPEG, PNG, WebP, GIF, TIFF and AVIF.", heic.Message);
    }

    private static void AssertProblem(string problem, byte[] content, ImageLimits limits) =>
        Assert.Equal(problem, Assert.Throws<InvalidImageException>(() => ImageInspector.Inspect(content, limits)).Problem);
}
