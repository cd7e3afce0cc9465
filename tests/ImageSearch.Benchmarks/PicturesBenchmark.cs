using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace ImageSearch.Benchmarks;

/// <summary>
/// Pictures per second through the whole system as the AppHost runs it: upload, decode, model, store, index. Real photographs where
/// <c>IMAGESEARCH_TESTDATA</c> names them; each is sent several times with other bytes behind its end, so that it counts as another picture.
/// </summary>
internal static class PicturesBenchmark
{
    private const int Count = 1000;

    public static async Task RunAsync(string[] args)
    {
        // As --model of the AppHost takes it.
        var model = new Arguments(args, "model").Text("model") ?? "resnet18";
        var pictures = Pictures();
        if (pictures.Count == 0)
        {
            Console.WriteLine("\npictures: skipped. Set IMAGESEARCH_TESTDATA to a folder with images/*.JPEG to run it.");
            return;
        }

        Console.WriteLine($"\npictures: {pictures.Count} photographs, {pictures.Average(picture => picture.Length) / 1000:F0} kB in the mean, through {model}, 1 extractor");
        var directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
        try
        {
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(["--data", directory.FullName, "--model", model]);
            await using var app = await builder.BuildAsync();
            await app.StartAsync();
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
            await app.ResourceNotifications.WaitForResourceHealthyAsync("web", deadline.Token);
            var extractor = builder.Resources.OfType<ProjectResource>().First(resource => resource.Name.StartsWith("extractor-", StringComparison.Ordinal)).Name;
            await app.ResourceNotifications.WaitForResourceHealthyAsync(extractor, deadline.Token);
            using var web = app.CreateHttpClient("web");
            await MeasureAsync(web, pictures, deadline.Token);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(HttpClient web, List<byte[]> pictures, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(pictures.Chunk(20), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, async (chunk, token) =>
        {
            using var form = new MultipartFormDataContent();
            foreach (var picture in chunk)
            {
                form.Add(new ByteArrayContent(picture), "file", "photograph.jpg");
            }

            using var answer = await web.PostAsync("/api/v1/images", form, token);
            answer.EnsureSuccessStatusCode();
        });
        var accepted = Stopwatch.GetElapsedTime(started);
        while (await CountAsync(web, cancellationToken) < pictures.Count)
        {
            await Task.Delay(50, cancellationToken);
        }

        var searchable = Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"  accepted    {pictures.Count / accepted.TotalSeconds,6:F0} pictures/s");
        Console.WriteLine($"  searchable  {pictures.Count / searchable.TotalSeconds,6:F0} pictures/s (upload, decode, model, store and index, all on this machine)");

        var latencies = new Latencies();
        foreach (var picture in pictures.Take(200))
        {
            await latencies.TimeAsync(async () =>
            {
                using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "photograph.jpg" } };
                using var answer = await web.PostAsync("/api/v1/search", form, cancellationToken);
                answer.EnsureSuccessStatusCode();
            });
        }

        Console.WriteLine($"  search by picture, 1 client  {latencies}");
    }

    /// <summary>Pictures that a search can find.</summary>
    private static async Task<long> CountAsync(HttpClient web, CancellationToken cancellationToken)
    {
        var models = await web.GetFromJsonAsync<JsonNode>("/api/v1/models", cancellationToken);
        return models!["models"]![0]!["shards"]!.AsArray().Sum(shard => (long?)shard!["count"] ?? 0);
    }

    private static List<byte[]> Pictures()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("IMAGESEARCH_TESTDATA") ?? "", "images");
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var files = Directory.EnumerateFiles(folder, "*.JPEG").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        return [.. Enumerable.Range(0, files.Count == 0 ? 0 : Count).Select(i =>
        {
            byte[] picture = [.. files[i % files.Count], 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32LittleEndian(picture.AsSpan(picture.Length - 4), i);
            return picture;
        })];
    }
}
