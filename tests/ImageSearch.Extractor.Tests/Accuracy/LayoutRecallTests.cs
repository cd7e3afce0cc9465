using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using NetVips;

namespace ImageSearch.Extractor.Tests.Accuracy;

/// <summary>What the model that ships finds again. Its card (models/README.md) has the figures that this prints.</summary>
public sealed class LayoutRecallTests
{
    private static readonly ImageLimits Limits = new();

    /// <summary>A change, and the share of photographs that must be found by their changed copies.</summary>
    private static readonly (string Name, double Floor, Func<Image, Image> Change, string Quality)[] Copies =
    [
        ("JPEG quality 30 at half size", 0.99, image => image.Resize(0.5), "Q=30"),
        ("80 % from the middle", 0.95, image => Cut(image, image.Width / 10, image.Height / 10, 0.8), "Q=85"),
        ("90 % from a corner", 0.98, image => Cut(image, 0, 0, 0.9), "Q=85"),
        ("30 % brighter", 0.98, image => image.Linear([1.3, 1.3, 1.3], [0, 0, 0], uchar: true), "Q=85"),
        ("darker (gamma 1.6)", 0.98, image => image.Gamma(0.625), "Q=85"),
        ("without colour", 0.95, image => image.Colourspace(Enums.Interpretation.Bw), "Q=85"),
        ("blurred (sigma 3)", 0.98, image => image.Gaussblur(3), "Q=85"),
        ("mirrored", 0.95, image => image.FlipHor(), "Q=85"),
        ("turned by 5 degrees", 0.70, image => image.Similarity(angle: 5), "Q=85"),
    ];

    [Fact]
    public Task Search_ChangedCopies_FindTheirOriginals() => SearchAsync(every: 5);

    /// <summary>The figures of the model card: run with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task Search_AllChangedCopies_FindTheirOriginals() => SearchAsync(every: 1);

    /// <param name="every">Copies of every so many photographs are searched for among all; of small JPEGs, always all.</param>
    private static async Task SearchAsync(int every)
    {
        TestData.SkipIfMissing();
        await using var host = await ExtractorHost.StartAsync(Declarations.Layout());
        var originals = await EmbedAsync(host, path => File.ReadAllBytes(path));
        var unrelated = originals.SelectMany((left, i) => originals.Take(i).Select(right => TensorPrimitives.Dot<float>(left, right))).Order().ToArray();
        Report($"unrelated photographs: cosine median {unrelated[unrelated.Length / 2]:F2}, "
            + $"95 % below {unrelated[unrelated.Length * 95 / 100]:F2}, highest {unrelated[^1]:F2}");
        Assert.InRange(unrelated[unrelated.Length / 2], -0.1f, 0.4f);
        Assert.Equal(1, Measure("the file itself", originals, originals));

        foreach (var (name, floor, change, quality) in Copies)
        {
            var step = floor >= 0.99 ? 1 : every;
            var copies = await EmbedAsync(host, path => Copy(path, change, quality), step);
            var recall = Measure(name, copies, originals, step);
            Assert.True(recall >= floor, $"Recall of copies {name} is {recall:P1}, less than {floor:P0}.");
        }
    }

    private static double Measure(string name, float[][] queries, float[][] originals, int step = 1)
    {
        var own = queries.Select((query, i) => TensorPrimitives.Dot<float>(query, originals[i * step])).ToArray();
        var found = queries.Where((query, i) => originals.Where((_, j) => j != i * step).All(other => TensorPrimitives.Dot<float>(query, other) < own[i])).Count();
        var recall = found / (double)queries.Length;
        Array.Sort(own);
        Report($"{name}: recall@1 {100 * recall:F1} %, cosine to the original median {own[own.Length / 2]:F2}, 5 % below {own[own.Length / 20]:F2}");
        return recall;
    }

    private static async Task<float[][]> EmbedAsync(ExtractorHost host, Func<string, byte[]> content, int step = 1)
    {
        var vectors = new float[(TestData.Images.Count + step - 1) / step][];
        await Parallel.ForAsync(0, vectors.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellationToken) =>
        {
            using var response = await host.Client.PostAsync("/embed", new ByteArrayContent(content(TestData.Images[i * step])), cancellationToken);
            response.EnsureSuccessStatusCode();
            vectors[i] = MemoryMarshal.Cast<byte, float>((await response.Content.ReadFromJsonAsync<EmbedResponse>(cancellationToken))!.Vector).ToArray();
        });
        return vectors;
    }

    private static byte[] Copy(string path, Func<Image, Image> change, string quality)
    {
        var original = File.ReadAllBytes(path);
        var info = ImageInspector.Inspect(original, Limits);
        var pixels = new byte[info.Width * info.Height * 3];
        ImageDecoder.Decode(original, new DecodeTarget(info.Width, info.Height, ResizeRule.Stretch, 1), null, Limits, pixels);
        return PictureEncoder.Encode(
            pixels, info.Width, info.Height, 3, "jpegsave_buffer", quality, steps: [change, image => image.Cast(Enums.BandFormat.Uchar)]);
    }

    private static Image Cut(Image image, int left, int top, double share) =>
        image.ExtractArea(left, top, (int)(image.Width * share), (int)(image.Height * share));

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
