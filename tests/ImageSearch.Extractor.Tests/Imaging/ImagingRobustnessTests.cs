using System.Diagnostics;
using ImageSearch.Core.Imaging;
using NetVips;

namespace ImageSearch.Extractor.Tests.Imaging;

[Collection(MeasuresTheProcess.Name)]
public sealed class ImagingRobustnessTests
{
    private static readonly ImageLimits Limits = new();
    private static readonly DecodeTarget Target = new(32, 32, ResizeRule.ShorterSideThenCrop, 36);

    [Fact]
    public void Decode_MutatedFiles_DecodeOrAreRefused()
    {
        byte[][] seeds =
        [
            Picture.Jpeg(96, 80), Picture.Jpeg(96, 80, 6, "interlace=true"), Picture.Png(96, 80), Picture.Png(96, 80, "interlace=true"),
            Picture.Save("webpsave_buffer", "Q=80"), Picture.Save("gifsave_buffer", ""), Picture.Save("tiffsave_buffer", "compression=lzw"),
            Picture.Save("tiffsave_buffer", "tile=true,pyramid=true"), Picture.Save("heifsave_buffer", "compression=av1,effort=0"),
            Picture.Animation("webpsave_buffer", 32, 32, [255, 0, 0], [0, 255, 0]), Picture.Save("jpegsave_buffer", "", image => image.Colourspace(Enums.Interpretation.Cmyk)),
        ];
        var random = new Random(7);
        var limits = new ImageLimits { MaximumPixels = 4_000_000 };
        var refused = 0;
        for (var round = 0; round < 660; round++)
        {
            var mutant = Mutate(seeds[round % seeds.Length], random);
            try
            {
                var pixels = new byte[Target.Bytes];
                ImageDecoder.Decode(mutant, Target, null, limits, pixels);
                Thumbnailer.Create(mutant, 50, limits);
            }
            catch (InvalidImageException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 60, 630);
    }

    [Fact]
    public void Decode_RandomBytesBehindAMagicNumber_AreRefused()
    {
        var random = new Random(11);
        byte[][] magics =
        [
            [0xFF, 0xD8, 0xFF, 0xE0], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "GIF89a"u8.ToArray(), "RIFF\x10\0\0\0WEBPVP8 "u8.ToArray(),
            "II*\0"u8.ToArray(), "\0\0\0\x18ftypavif\0\0\0\0mif1avif"u8.ToArray(),
        ];
        for (var round = 0; round < 300; round++)
        {
            var content = new byte[random.Next(1, 3000)];
            random.NextBytes(content);
            content = [.. magics[round % magics.Length], .. content];
            Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode(content, Target, null, new ImageLimits { MaximumPixels = 1_000_000 }, new byte[Target.Bytes]));
        }
    }

    [Fact]
    public void Decode_ThousandsOfTimesConcurrently_LeaksNothing()
    {
        byte[][] contents = [Picture.Jpeg(200, 150, 6), Picture.Png(200, 150), Picture.Save("webpsave_buffer", ""), Picture.Jpeg(200, 150)[..900]];
        Decode(contents, 400);
        var before = WorkingSet();

        Decode(contents, 2000);

        Assert.True(Stats.Mem < 5_000_000, $"libvips still holds {Stats.Mem:N0} bytes.");
        var grown = WorkingSet() - before;
        Assert.True(grown < 80_000_000, $"The working set grew by {grown:N0} bytes over 2,000 decodes.");
    }

    private static void Decode(byte[][] contents, int count) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
    {
        try
        {
            ImageDecoder.Decode(contents[i % contents.Length], Target, null, Limits, new byte[Target.Bytes]);
            Assert.NotEqual(3, i % contents.Length);
        }
        catch (InvalidImageException)
        {
            Assert.Equal(3, i % contents.Length);
        }
    });

    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var mutant = (byte[])seed.Clone();
        switch (random.Next(4))
        {
            case 0:
                return mutant[..random.Next(1, mutant.Length)];
            case 1:
                random.NextBytes(mutant.AsSpan(random.Next(mutant.Length)));
                return mutant;
            case 2:
                var from = random.Next(mutant.Length);
                return [.. mutant[..from], .. mutant[random.Next(mutant.Length)..]];
            default:
                for (var i = random.Next(1, 12); i > 0; i--)
                {
                    mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
                }

                return mutant;
        }
    }
}
