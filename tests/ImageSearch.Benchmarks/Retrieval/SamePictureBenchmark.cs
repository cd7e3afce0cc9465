using System.Diagnostics;
using System.Numerics.Tensors;
using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Imaging;
using ImageSearch.Extractor.Models;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Benchmarks.Retrieval;

/// <summary>
/// Which pictures are taken for the same: pairs of photographs of one class and of different classes, with their names, to look at; copies of
/// photographs, by the check alone and of those that the model proposes; and what it costs.
/// <code>same --model resnet18 --data DIR [--photographs DIR] [--bar 0.5,0.6,0.7] [--skip N]</code>
/// </summary>
internal static class SamePictureBenchmark
{
    private const int Photographs = 300;
    private const int PairsOfDifferentClasses = 60_000;

    private static readonly ImageLimits Limits = new();

    private sealed record Picture(string Name, string Class, float[] Vector, PictureFingerprint Fingerprint);

    public static async Task RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "model", "data", "photographs", "bar", "skip");
        var data = arguments.Text("data") ?? Environment.GetEnvironmentVariable("IMAGESEARCH_TESTDATA") ?? "";
        var (classes, photographs) = (Path.Combine(data, "caltech101"), arguments.Text("photographs") ?? Path.Combine(data, "imagenet-samples"));
        if (!Directory.Exists(classes) || !Directory.Exists(photographs))
        {
            Console.WriteLine("\nsame: skipped. --data names a folder with caltech101/CLASS/*.jpg and imagenet-samples/*.jpg.");
            return;
        }

        var bars = arguments.Numbers("bar", 0.5, 0.6, 0.7, 0.8);
        using var model = await DeclaredModel.LoadAsync(arguments.Text("model") ?? "resnet18", threads: 1);
        Console.WriteLine($"\nsame: {model.Key}");
        var pictures = Directory.EnumerateDirectories(classes).Order(StringComparer.Ordinal).SelectMany(RetrievalBenchmark.Files)
            .AsParallel().AsOrdered().Select(file => Read(model, file, File.ReadAllBytes(file))).ToArray();
        FindPairs("pairs of one class", [.. pictures.GroupBy(picture => picture.Class).SelectMany(group => Pairs([.. group]))], bars);
        FindPairs("pairs of different classes", RandomPairs(pictures), bars);
        var files = RetrievalBenchmark.Files(photographs).Skip(arguments.Number("skip", 0)).Take(Photographs).ToArray();
        FindCopies(model, files, bars);
        Time(model, [.. files.Select(File.ReadAllBytes)], pictures);
    }

    private static Picture Read(DeclaredModel model, string file, byte[] content) =>
        new(Path.GetFileName(file), Path.GetFileName(Path.GetDirectoryName(file))!, model.Embed(content), Fingerprint(model, content));

    private static PictureFingerprint Fingerprint(DeclaredModel model, byte[] content)
    {
        var target = model.Options.Input.Target;
        // As it is kept.
        return PictureFingerprint.Read(ImageDecoder.DecodeWithFingerprint(content, target, null, Limits, new byte[target.Bytes]).ToBytes())!;
    }

    private static void FindPairs(string title, (Picture One, Picture Other)[] pairs, double[] bars)
    {
        var found = pairs.AsParallel().AsOrdered().Where(pair => SamePicture.Check(pair.One.Fingerprint, pair.Other.Fingerprint)).ToArray();
        var above = bars.Select(bar => $"{bar}: {pairs.Count(pair => Cosine(pair) >= bar) / (double)pairs.Length:P1}");
        Console.WriteLine($"  {pairs.Length} {title}; with a cosine from {string.Join(", ", above)}; the same picture: {found.Length}");
        foreach (var pair in found)
        {
            Console.WriteLine($"    {pair.One.Class}/{pair.One.Name}  {pair.Other.Class}/{pair.Other.Name}  cosine {Cosine(pair):F3}");
        }
    }

    private static void FindCopies(DeclaredModel model, string[] files, double[] bars)
    {
        Console.WriteLine($"  copies of {files.Length} photographs: found by the check; and with a cosine from {string.Join(", ", bars)}; cosines of copies: 1 %, 3 %, 10 %, 50 %");
        var originals = files.AsParallel().AsOrdered().Select(file => Read(model, file, File.ReadAllBytes(file))).ToArray();
        foreach (var (name, change, quality) in PictureCopies.All)
        {
            var copies = files.AsParallel().AsOrdered().Select(file => Read(model, file, PictureCopies.Make(File.ReadAllBytes(file), change, quality))).ToArray();
            (double Cosine, bool IsFound)[] pairs =
                [.. originals.Zip(copies).Select(pair => (Cosine(pair), SamePicture.Check(pair.First.Fingerprint, pair.Second.Fingerprint)))];
            double[] cosines = [.. pairs.Select(pair => pair.Cosine)];
            Console.WriteLine($"    {name,-24}{Share(pairs, pair => pair.IsFound)}   {string.Join(' ', bars.Select(bar => Share(pairs, pair => pair.IsFound && pair.Cosine >= bar)))}"
                + $"   {string.Join(' ', new[] { 1, 3, 10, 50 }.Select(percentile => Statistics.Percentile(cosines, percentile).ToString("F2")))}");
        }
    }

    private static string Share<T>(T[] all, Func<T, bool> which) => $"{all.Count(which) / (double)all.Length:F3}";

    private static void Time(DeclaredModel model, byte[][] contents, Picture[] pictures)
    {
        var target = model.Options.Input.Target;
        var pixels = new byte[target.Bytes];
        var (decode, both, compare) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < 4; round++)
        {
            foreach (var content in contents)
            {
                var started = Stopwatch.GetTimestamp();
                ImageDecoder.Decode(content, target, null, Limits, pixels);
                var decoded = Stopwatch.GetTimestamp();
                ImageDecoder.DecodeWithFingerprint(content, target, null, Limits, pixels);
                // The first round warms up.
                if (round > 0)
                {
                    decode.Add(Stopwatch.GetElapsedTime(started, decoded).TotalMilliseconds);
                    both.Add(Stopwatch.GetElapsedTime(decoded).TotalMilliseconds);
                }
            }
        }

        foreach (var (one, other) in RandomPairs(pictures).Take(20_000))
        {
            var started = Stopwatch.GetTimestamp();
            SamePicture.Check(one.Fingerprint, other.Fingerprint);
            compare.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }

        Console.WriteLine($"  decoding {Statistics.Median(decode):F2} ms, with fingerprint {Statistics.Median(both):F2} ms; bytes of a fingerprint {pictures.Average(picture => picture.Fingerprint.ToBytes().Length):F0}; "
            + $"comparing two pictures {Statistics.Median(compare):F0} µs (90 %: {Statistics.Percentile(compare, 90):F0})");
    }

    private static IEnumerable<(Picture One, Picture Other)> Pairs(Picture[] pictures) => pictures.SelectMany((one, i) => pictures.Skip(i + 1).Select(other => (one, other)));

    private static (Picture One, Picture Other)[] RandomPairs(Picture[] pictures)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, PairsOfDifferentClasses).Select(_ => (One: pictures[random.Next(pictures.Length)], Other: pictures[random.Next(pictures.Length)]))
            .Where(pair => pair.One.Class != pair.Other.Class)];
    }

    private static double Cosine((Picture One, Picture Other) pair) => TensorPrimitives.Dot<float>(pair.One.Vector, pair.Other.Vector);
}
