using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Core.Tests.Fingerprints;

public sealed class PictureFingerprintTests
{
    private static readonly ImageLimits Limits = new();

    [Theory]
    [InlineData(400, 300)]
    [InlineData(300, 400)]
    [InlineData(1, 1)]
    [InlineData(2000, 7)]
    [InlineData(3, 900)]
    public void Read_WhatWasWritten_IsTheSame(int width, int height)
    {
        var fingerprint = PictureFingerprint.Create(GeneratedPicture.Pixels(1, 64, 64), 64, 64, width, height);

        var read = PictureFingerprint.Read(fingerprint.ToBytes())!;

        Assert.Equal((fingerprint.Width, fingerprint.Height), (read.Width, read.Height));
        Assert.Equal(fingerprint.Grey, read.Grey);
        Assert.Equal(fingerprint.Corners, read.Corners);
        Assert.Equal(PictureFingerprint.LongerSide, Math.Max(read.Width, read.Height));
        Assert.InRange(fingerprint.ToBytes().Length, 1028, 2500);
    }

    [Fact]
    public void Create_SamePictureAgain_IsTheSameBytes() => Assert.Equal(Of(GeneratedPicture.Jpeg(1)).ToBytes(), Of(GeneratedPicture.Jpeg(1)).ToBytes());

    [Fact]
    public void Read_OtherVersionOrLength_IsNull()
    {
        var bytes = Of(GeneratedPicture.Jpeg(1, 300, 200)).ToBytes();

        Assert.Null(PictureFingerprint.Read([]));
        Assert.Null(PictureFingerprint.Read([(byte)(bytes[0] + 1), .. bytes[1..]]));
        Assert.Null(PictureFingerprint.Read([.. bytes, 0]));
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(PictureFingerprint.Read(bytes.AsSpan(0, length))));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrowsAndWhatIsReadCanBeCompared()
    {
        var random = new Random(1);
        var sound = Of(GeneratedPicture.Jpeg(1, 300, 200));
        var bytes = sound.ToBytes();
        var read = 0;
        for (var i = 0; i < 3000; i++)
        {
            var other = bytes.ToArray();
            for (var changes = random.Next(1, 1 << random.Next(12)); changes > 0; changes--)
            {
                other[random.Next(i % 2 == 0 ? 0 : 1, other.Length)] = (byte)random.Next(256);
            }

            if (PictureFingerprint.Read(other) is { } fingerprint)
            {
                read++;
                SamePicture.Check(fingerprint, sound);
                SamePicture.Check(fingerprint, fingerprint);
                Assert.Equal(other, fingerprint.ToBytes());
            }
        }

        Assert.InRange(read, 100, 2000);
    }

    [Theory]
    [InlineData("jpegsave_buffer", 224, 224, ResizeRule.ShorterSideThenCrop, 256)]
    [InlineData("jpegsave_buffer", 128, 128, ResizeRule.Stretch, 128)]
    [InlineData("jpegsave_buffer", 32, 32, ResizeRule.ShorterSideThenCrop, 32)]
    [InlineData("pngsave_buffer", 224, 200, ResizeRule.ShorterSideThenCrop, 256)]
    public void Decode_WithAFingerprint_GivesTheModelTheSamePixels(string save, int width, int height, ResizeRule resize, int resizeTo)
    {
        var picture = PictureEncoder.Encode(GeneratedPicture.Pixels(5, 901, 600), 901, 600, 3, save);
        var target = new DecodeTarget(width, height, resize, resizeTo);
        foreach (var crop in (CropRectangle?[])[null, new CropRectangle(0.1, 0.2, 0.5, 0.6), new CropRectangle(0, 0, 1, 0.01)])
        {
            byte[] without = new byte[target.Bytes], with = new byte[target.Bytes];

            ImageDecoder.Decode(picture, target, crop, Limits, without);
            var fingerprint = ImageDecoder.DecodeWithFingerprint(picture, target, crop, Limits, with);

            Assert.Equal(without, with);
            Assert.Equal(crop is { Height: 0.01 } ? 2 : crop is null ? 170 : 205, fingerprint.Height);
        }
    }

    [Fact]
    public void Decode_ForAnyModel_GivesFingerprintsOfTheSamePicture()
    {
        var picture = GeneratedPicture.Jpeg(7, 640, 480);
        DecodeTarget[] targets =
        [
            new(224, 224, ResizeRule.ShorterSideThenCrop, 256), new(128, 128, ResizeRule.Stretch, 128), new(384, 384, ResizeRule.ShorterSideThenCrop, 384),
        ];

        PictureFingerprint[] fingerprints = [.. targets.Select(target => ImageDecoder.DecodeWithFingerprint(picture, target, null, Limits, new byte[target.Bytes]))];

        Assert.All(fingerprints, one => Assert.All(fingerprints, other => Assert.True(SamePicture.Check(one, other))));
    }

    private static PictureFingerprint Of(byte[] picture)
    {
        var target = new DecodeTarget(224, 224, ResizeRule.ShorterSideThenCrop, 256);
        return ImageDecoder.DecodeWithFingerprint(picture, target, null, Limits, new byte[target.Bytes]);
    }
}
