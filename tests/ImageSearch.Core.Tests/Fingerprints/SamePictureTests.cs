using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using NetVips;

namespace ImageSearch.Core.Tests.Fingerprints;

public sealed class SamePictureTests
{
    private static readonly ImageLimits Limits = new();
    private static readonly DecodeTarget Target = new(224, 224, ResizeRule.ShorterSideThenCrop, 256);

    /// <summary>Names of the kinds of copies, and the least share of them that is found of photographs.</summary>
    public static TheoryData<string, double> Kinds => new(PictureCopies.All.Select(kind => (kind.Name, kind.Name == "crop 50 %" ? 0.9 : 0.97)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_CopiesOfPhotographs_AreTheSamePicture(string kind, double least)
    {
        TestData.SkipIfMissing();
        string[] some = [.. TestData.Images.Where((_, i) => i % 4 == 0)];

        var found = some.AsParallel().Select(File.ReadAllBytes).Count(photograph => SamePicture.Check(Of(photograph), Of(Copy(photograph, kind))));

        Assert.True(found >= least * some.Length, $"{found} of {some.Length} copies of the kind '{kind}' are found.");
    }

    [Fact]
    public void Check_DifferentPhotographs_AreNot()
    {
        TestData.SkipIfMissing();
        PictureFingerprint[] all = [.. TestData.Images.Where((_, i) => i % 2 == 0).AsParallel().AsOrdered().Select(File.ReadAllBytes).Select(Of)];

        var same = Enumerable.Range(0, all.Length).AsParallel()
            .SelectMany(i => Enumerable.Range(0, i).Where(j => SamePicture.Check(all[i], all[j])).Select(j => $"{TestData.Images[2 * i]} {TestData.Images[2 * j]}"));

        Assert.Empty(same);
    }

    /// <summary>Flat shapes have few corners, and their colours become other greys by each formula for grey.</summary>
    [Theory]
    [InlineData("half size, quality 30", 38)]
    [InlineData("crop 80 %", 38)]
    [InlineData("flip", 40)]
    [InlineData("grey", 20)]
    [InlineData("rotated 15°", 38)]
    [InlineData("white border", 36)]
    [InlineData("crop 50 %", 30)]
    [InlineData("rotated 90°", 40)]
    public void Check_CopiesOfDrawnPictures_AreTheSamePicture(string kind, int least)
    {
        var pictures = Enumerable.Range(0, 40).Select(seed => GeneratedPicture.Jpeg(seed, 400, 300));

        var found = pictures.Count(picture => SamePicture.Check(Of(picture), Of(Copy(picture, kind))));

        Assert.True(found >= least, $"{found} of 40 copies of the kind '{kind}' are found.");
    }

    [Fact]
    public void Check_DifferentDrawnPictures_AreNot()
    {
        PictureFingerprint[] all = [.. Enumerable.Range(0, 50).Select(seed => Of(GeneratedPicture.Jpeg(seed, 400, 300)))];

        Assert.All(all, one => Assert.Same(one, Assert.Single(all, other => SamePicture.Check(one, other))));
    }

    [Fact]
    public void Check_EitherWayRound_IsTheSameAnswer()
    {
        PictureFingerprint[] all =
        [
            .. Enumerable.Range(0, 5).Select(seed => GeneratedPicture.Jpeg(seed, 400, 300))
                .SelectMany(picture => PictureCopies.All.Select(kind => PictureCopies.Make(picture, kind.Change, kind.Quality)).Prepend(picture)).Select(Of),
        ];

        Assert.All(all, one => Assert.All(all, other => Assert.Equal(SamePicture.Check(one, other), SamePicture.Check(other, one))));
    }

    /// <summary>What frames of an animation are, and models of a product photographed alike: all agrees but for one place.</summary>
    [Fact]
    public void Check_OnePlaceIsAnother_IsNotTheSamePicture()
    {
        byte[] Changed(int seed) => PictureCopies.Make(
            GeneratedPicture.Jpeg(seed, 400, 300), image => image.Insert(Image.NewFromMemoryCopy<byte>(GeneratedPicture.Pixels(seed + 500, 110, 90), 110, 90, 3, Enums.BandFormat.Uchar), 150, 100), 90);

        var same = Enumerable.Range(0, 30).Count(seed => SamePicture.Check(Of(GeneratedPicture.Jpeg(seed, 400, 300)), Of(Changed(seed))));

        Assert.InRange(same, 0, 1);
    }

    [Fact]
    public void Check_NothingToSee_IsNotTheSamePicture()
    {
        byte[] Plain(byte grey) => PictureEncoder.Encode([.. Enumerable.Repeat(grey, 300 * 200 * 3)], 300, 200, 3, "pngsave_buffer");

        Assert.False(SamePicture.Check(Of(Plain(255)), Of(Plain(255))));
        Assert.False(SamePicture.Check(Of(Plain(255)), Of(GeneratedPicture.Jpeg(1))));
    }

    private static byte[] Copy(byte[] picture, string kind)
    {
        var (_, change, quality) = PictureCopies.All.Single(copy => copy.Name == kind);
        return PictureCopies.Make(picture, change, quality);
    }

    private static PictureFingerprint Of(byte[] picture) => ImageDecoder.DecodeWithFingerprint(picture, Target, null, Limits, new byte[Target.Bytes]);
}
