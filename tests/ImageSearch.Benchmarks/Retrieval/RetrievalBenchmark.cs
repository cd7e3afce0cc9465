using System.Diagnostics;
using System.Numerics.Tensors;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Benchmarks.Retrieval;

/// <summary>
/// What models find: pictures of the same class (each against all others, and by the name of the class where the model knows words), the
/// originals of changed copies, and the time for one picture.
/// Several models run in turns, so that what else the machine does meets all of them.
/// <code>retrieval --model resnet18,resnet18-float --data DIR [--threads 1,2]</code>
/// DIR has <c>caltech101/CLASS/*.jpg</c> and <c>imagenet-samples/*.jpg</c>, or whatever folders --classes and --photographs name.
/// </summary>
internal static class RetrievalBenchmark
{
    private const int Photographs = 300;
    private const int TimedPictures = 100;
    private const int TimedRounds = 5;

    public static async Task RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "model", "data", "classes", "photographs", "threads");
        var data = arguments.Text("data") ?? Environment.GetEnvironmentVariable("IMAGESEARCH_TESTDATA") ?? "";
        var classes = arguments.Text("classes") ?? Path.Combine(data, "caltech101");
        var photographs = arguments.Text("photographs") ?? Path.Combine(data, "imagenet-samples");
        if (!Directory.Exists(classes) || !Directory.Exists(photographs))
        {
            Console.WriteLine("\nretrieval: skipped. --data names a folder with caltech101/CLASS/*.jpg and imagenet-samples/*.jpg.");
            return;
        }

        string[] names = (arguments.Text("model") ?? "resnet18,resnet18-float,layout").Split(',');
        var models = await Task.WhenAll(names.Select(name => DeclaredModel.LoadAsync(name, threads: 1)));
        foreach (var (name, model) in names.Zip(models))
        {
            using (model)
            {
                Console.WriteLine($"\nretrieval: {name} ({model.Key})");
                FindClasses(model, classes);
                FindCopies(model, [.. Files(photographs).Take(Photographs).Select(File.ReadAllBytes)]);
            }
        }

        foreach (var threads in arguments.Numbers("threads", 1, 2))
        {
            var timed = await Task.WhenAll(names.Select(name => DeclaredModel.LoadAsync(name, threads)));
            Time(names, timed, threads, [.. Files(photographs).Take(TimedPictures).Select(File.ReadAllBytes)]);
            Array.ForEach(timed, model => model.Dispose());
        }
    }

    private static void FindClasses(DeclaredModel model, string folder)
    {
        var pictures = Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany((directory, at) => Files(directory).Select(file => (file, at))).ToArray();
        var vectors = Embed(model, [.. pictures.Select(picture => File.ReadAllBytes(picture.file))]);
        var (first, five, average) = (0.0, 0.0, 0.0);
        for (var query = 0; query < vectors.Length; query++)
        {
            bool[] right = [.. Ranked(vectors[query], vectors).Where(i => i != query).Select(i => pictures[i].at == pictures[query].at)];
            first += right[0] ? 1 : 0;
            five += right.Take(5).Count(hit => hit) / 5.0;
            average += AveragePrecision(right);
        }

        Console.WriteLine($"  {pictures.DistinctBy(p => p.at).Count()} classes, {pictures.Length} pictures: "
            + $"P@1 {first / vectors.Length:F3}, P@5 {five / vectors.Length:F3}, mAP {average / vectors.Length:F3}");
        FindNames(model, [.. pictures.Select(picture => NameOf(Path.GetFileName(Path.GetDirectoryName(picture.file)!)))], vectors);
    }

    private static void FindNames(DeclaredModel model, string[] names, float[][] vectors)
    {
        var (first, ten, average, count) = (0.0, 0.0, 0.0, 0);
        foreach (var name in names.Distinct())
        {
            if (model.Embed(name) is not { } query)
            {
                return;
            }

            bool[] right = [.. Ranked(query, vectors).Select(i => names[i] == name)];
            first += right[0] ? 1 : 0;
            ten += right.Take(10).Count(hit => hit) / 10.0;
            average += AveragePrecision(right);
            count++;
        }

        Console.WriteLine($"  by the {count} names of the classes: P@1 {first / count:F3}, P@10 {ten / count:F3}, mAP {average / count:F3}");
    }

    private static double AveragePrecision(bool[] right)
    {
        var (found, precision) = (0, 0.0);
        for (var rank = 0; rank < right.Length; rank++)
        {
            precision += right[rank] ? (double)++found / (rank + 1) : 0;
        }

        return precision / found;
    }

    /// <summary>As one would say it: "car_side" is a car side.</summary>
    private static string NameOf(string folder) => folder.Replace('_', ' ').ToLowerInvariant();

    private static void FindCopies(DeclaredModel model, byte[][] originals)
    {
        var vectors = Embed(model, originals);
        Console.WriteLine($"  copies of {originals.Length} photographs whose original comes first");
        foreach (var (name, change, quality) in PictureCopies.All)
        {
            var copies = Embed(model, [.. originals.Select(original => PictureCopies.Make(original, change, quality))]);
            var found = copies.Where((copy, i) => Ranked(copy, vectors)[0] == i).Count();
            Console.WriteLine($"    {name,-24}{(double)found / originals.Length:F3}");
        }
    }

    private static void Time(string[] names, DeclaredModel[] models, int threads, byte[][] pictures)
    {
        Console.WriteLine($"\n  one picture, {threads} {(threads == 1 ? "thread" : "threads")}, ms: median of {TimedRounds * pictures.Length}, models in turns");
        var times = models.Select(_ => (Decode: new List<double>(), Embed: new List<double>())).ToArray();
        for (var round = 0; round <= TimedRounds; round++)
        {
            foreach (var picture in pictures)
            {
                for (var i = 0; i < models.Length; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    var input = models[i].Decode(picture);
                    var decoded = Stopwatch.GetTimestamp();
                    models[i].Embed(input);
                    // The first round warms up.
                    if (round > 0)
                    {
                        times[i].Decode.Add(Stopwatch.GetElapsedTime(started, decoded).TotalMilliseconds);
                        times[i].Embed.Add(Stopwatch.GetElapsedTime(decoded).TotalMilliseconds);
                    }
                }
            }
        }

        for (var i = 0; i < models.Length; i++)
        {
            Console.WriteLine($"    {names[i],-24}network {Statistics.Median(times[i].Embed),6:F2} (fastest tenth {Statistics.Percentile(times[i].Embed, 10):F2}), decoding {Statistics.Median(times[i].Decode):F2}");
        }
    }

    private static float[][] Embed(DeclaredModel model, byte[][] pictures) => [.. pictures.AsParallel().AsOrdered().Select(model.Embed)];

    private static int[] Ranked(float[] query, float[][] vectors)
    {
        float[] distances = [.. vectors.Select(vector => -TensorPrimitives.Dot<float>(query, vector))];
        int[] order = [.. Enumerable.Range(0, vectors.Length)];
        Array.Sort(distances, order);
        return order;
    }

    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG").Order(StringComparer.Ordinal);
}
