using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageSearch.Core.Imaging;
using ImageSearch.Extractor;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MicrosoftOptions = Microsoft.Extensions.Options.Options;

namespace ImageSearch.Benchmarks.Retrieval;

/// <summary>
/// Pictures that an extractor embeds a second, for several numbers of threads and pictures of one inference, beside what the processors
/// would do at best: as much as the network alone and decoding alone take, one after the other on all of them.
/// <code>embedding --model resnet18,resnet18-float --photographs DIR [--threads 1,2] [--batch 1,4,16] [--rounds 3]</code>
/// </summary>
internal static class EmbeddingBenchmark
{
    private const int Pictures = 128;

    public static async Task RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "model", "photographs", "threads", "batch", "rounds");
        var folder = arguments.Text("photographs") ?? Path.Combine(Environment.GetEnvironmentVariable("IMAGESEARCH_TESTDATA") ?? "", "images");
        if (!Directory.Exists(folder))
        {
            Console.WriteLine("\nembedding: skipped. --photographs names a folder with photographs.");
            return;
        }

        var pictures = RetrievalBenchmark.Files(folder).Take(Pictures).Select(File.ReadAllBytes).ToArray();
        foreach (var name in (arguments.Text("model") ?? "resnet18,resnet18-float").Split(','))
        {
            Console.WriteLine($"\nembedding: {name}, {pictures.Length} photographs, pictures a second: medians of rounds in turns");
            Console.WriteLine("  threads  batch   network alone   decoding alone   extractor   of the best");
            var settings = arguments.Numbers("threads", 1, 2).SelectMany(threads => arguments.Numbers("batch", 1, 4, 16), (threads, batch) => (threads, batch)).ToArray();
            var rates = settings.ToDictionary(setting => setting, _ => (Network: new List<double>(), Decoding: new List<double>(), Extractor: new List<double>()));
            for (var round = 0; round < arguments.Number("rounds", 3); round++)
            {
                foreach (var (threads, batch) in settings)
                {
                    using var model = await DeclaredModel.LoadAsync(name, threads);
                    var inputs = pictures.AsParallel().AsOrdered().Select(model.Decode).ToArray();
                    var (network, decoding, extractor) = rates[(threads, batch)];
                    network.Add(Network(model, inputs, batch));
                    decoding.Add(Rate(pictures.Length, () => pictures.AsParallel().ForAll(picture => model.Decode(picture))));
                    extractor.Add(await ExtractorAsync(model, pictures, threads, batch));
                }
            }

            foreach (var ((threads, batch), rate) in rates)
            {
                var (network, decoding, extractor) = (Statistics.Median(rate.Network), Statistics.Median(rate.Decoding), Statistics.Median(rate.Extractor));
                var best = 1 / ((1 / network) + (1 / decoding));
                Console.WriteLine($"  {threads,7}{batch,7}{network,16:F1}{decoding,17:F1}{extractor,12:F1}{extractor / best,14:P0}");
            }
        }
    }

    private static double Network(DeclaredModel model, float[][] inputs, int batch)
    {
        var joined = inputs.Chunk(batch).Select(chunk => chunk.SelectMany(input => input).ToArray()).ToArray();
        model.Network.Run(joined[0], batch, (_, _) => { });
        return Rate(inputs.Length, () => Array.ForEach(joined, together => model.Network.Run(together, together.Length / inputs[0].Length, (_, _) => { })));
    }

    private static async Task<double> ExtractorAsync(DeclaredModel model, byte[][] pictures, int threads, int batch)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = new ExtractorOptions { InferenceThreads = threads, BatchSize = batch };
        var declared = MicrosoftOptions.Create(model.Options);
        // Not disposed: it would end the network, which is the caller's.
        var host = new LoadedModel();
        host.Publish(model.Network);
        using var scheduler = new EmbeddingScheduler(
            host, declared, MicrosoftOptions.Create(options), MicrosoftOptions.Create(new ImageLimits()),
            new ExtractorTelemetry(services.GetRequiredService<IMeterFactory>(), declared), NullLogger<EmbeddingScheduler>.Instance);
        await scheduler.StartAsync(default);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(pictures.Select(picture => scheduler.EmbedAsync(picture, null, EmbeddingPriority.Ingest, default)));
        var rate = pictures.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await scheduler.StopAsync(default);
        return rate;
    }

    private static double Rate(int count, Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
