using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>Photographs go in through the public API and are found again.</summary>
public abstract class FirstLightTests(FirstLightFixture fixture, ITestOutputHelper output)
{
    private Api Api => fixture.System.Api;

    [Fact]
    public async Task Upload_AllPhotographs_AreIndexedByBothModels()
    {
        fixture.SkipIfMissing();
        output.WriteLine($"200 photographs taken in and indexed by 2 models in {fixture.TakenInAfter.TotalSeconds:F1} s");

        foreach (var photograph in fixture.Photographs)
        {
            Assert.Equal("indexed", (await Api.StateAsync(photograph.Id, SqueezeNet.Layout)).State);
            Assert.Equal("indexed", (await Api.StateAsync(photograph.Id, SqueezeNet.Name)).State);
        }
    }

    [Theory]
    [InlineData(SqueezeNet.Name, "itself", 1.0)]
    [InlineData(SqueezeNet.Name, "JPEG quality 30, then half size", 1.0)]
    // Blocks of a coarse JPEG that are enlarged for the network cost SqueezeNet some of its recall, outside this system too: 0.965 with
    // sharp and onnxruntime-node, 0.98 with Pillow's bilinear filter, where its labels get worse.
    [InlineData(SqueezeNet.Name, "half size, then JPEG quality 30", 0.95)]
    [InlineData(SqueezeNet.Name, "central 80 %", 1.0)]
    [InlineData(SqueezeNet.Layout, "itself", 0.99)]
    [InlineData(SqueezeNet.Layout, "JPEG quality 30, then half size", 0.99)]
    [InlineData(SqueezeNet.Layout, "half size, then JPEG quality 30", 0.99)]
    public async Task Search_WithAVariantOfEachPhotograph_FindsItFirst(string model, string variant, double floor)
    {
        fixture.SkipIfMissing();
        var found = 0;
        var misses = new List<string>();
        await Parallel.ForEachAsync(fixture.Photographs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (photograph, _) =>
        {
            var answer = await Api.SearchAsync(Photographs.Variant(photograph, variant), model, k: 1);
            Assert.False((bool)answer["partial"]!);
            Assert.Equal(2, answer["shards"]!.AsArray().Count);
            lock (misses)
            {
                if ((string?)answer["results"]![0]!["id"] == photograph.Id)
                {
                    found++;
                }
                else
                {
                    misses.Add(photograph.Name);
                }
            }
        });

        var recall = (double)found / fixture.Photographs.Count;
        output.WriteLine($"{model}, {variant}: recall@1 = {recall:F3}; missed: {string.Join(", ", misses)}");
        Assert.True(recall >= floor, $"recall@1 of {model} for {variant} is {recall:F3}, below {floor}; missed: {string.Join(", ", misses)}");
    }

    [Fact]
    public async Task Search_ByCropParameter_FindsThePhotographThatItIsPartOf()
    {
        fixture.SkipIfMissing();
        var found = 0;
        foreach (var photograph in fixture.Photographs.Take(40))
        {
            var answer = await Api.SearchAsync(photograph, SqueezeNet.Name, k: 1, crop: "0.1,0.1,0.8,0.8");
            found += (string?)answer["results"]![0]!["id"] == photograph.Id ? 1 : 0;
        }

        Assert.Equal(40, found);
    }

    [Fact]
    public async Task Labels_OfSqueezeNet_AreRightForAsManyAsOutsideThisSystem()
    {
        fixture.SkipIfMissing();
        var right = 0;
        foreach (var photograph in fixture.Photographs)
        {
            var answer = await Api.SearchAsync(photograph, SqueezeNet.Name, k: 1);
            var labels = answer["results"]![0]!["labels"]!.AsArray();
            Assert.Equal(labels.Count, answer["labels"]!.AsArray().Count);
            right += SqueezeNet.IsRight((string)labels[0]!["name"]!, photograph.Name) ? 1 : 0;
        }

        // The network reaches 68.5 % on these photographs outside this system: less means that decoding or preprocessing is wrong.
        var share = (double)right / fixture.Photographs.Count;
        output.WriteLine($"top-1 label right: {share:P1}");
        Assert.InRange(share, 0.65, 0.71);
    }

    [Fact]
    public async Task Upload_SamePhotographsAgain_AreDuplicatesAndNothingIsExtractedTwice()
    {
        fixture.SkipIfMissing();
        var before = await ExtractedAsync();

        var answers = await Api.UploadAsync(fixture.Photographs);

        Assert.Equal(fixture.Photographs.Count, answers.Count);
        Assert.All(answers, answer => Assert.Equal("duplicate", (string?)answer["state"]));
        Assert.Equal(fixture.Photographs.Select(photograph => photograph.Id), answers.Select(answer => (string?)answer["id"]));
        Assert.Equal(before, await ExtractedAsync());
    }

    [Fact]
    public async Task Metrics_OfEveryService_ArePrometheusText()
    {
        fixture.SkipIfMissing();
        string[] services = ["web", "ingest", "extractor-layout", "extractor-squeezenet", "index-layout-0", "index-squeezenet-1"];
        foreach (var service in services)
        {
            var text = await fixture.System.Client(service).GetStringAsync("/metrics");
            Assert.Contains("# TYPE ", text, StringComparison.Ordinal);
        }

        await Api.SearchAsync(fixture.Photographs[0], SqueezeNet.Name);
        Assert.Contains("imagesearch_search_duration_seconds_bucket", await fixture.System.Client("web").GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("imagesearch_embed_batch_size", await fixture.System.Client("extractor-squeezenet").GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("imagesearch_index_vectors", await fixture.System.Client("index-layout-0").GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("imagesearch_images_total{outcome=\"accepted\"}", PrometheusSamples.Parse(await fixture.System.Client("ingest").GetStringAsync("/metrics")).Keys);
    }

    /// <summary>Pictures that the extractors have embedded so far, from their own metrics.</summary>
    private async Task<double> ExtractedAsync()
    {
        var sum = 0.0;
        foreach (var model in new[] { SqueezeNet.Layout, SqueezeNet.Name })
        {
            var text = await fixture.System.Client($"extractor-{model}").GetStringAsync("/metrics");
            var line = text.Split('\n').Single(line => line.StartsWith("imagesearch_images_total{", StringComparison.Ordinal) && line.Contains("outcome=\"indexed\"", StringComparison.Ordinal));
            sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
