using System.Diagnostics.Metrics;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class MetricsTests
{
    /// <summary>OpenTelemetry's limit: a tag that turns out to be unbounded costs detail, not memory.</summary>
    private const int MaximumSeries = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scrape_Counter_IsATotalPerSetOfTags()
    {
        await using var service = await TestService.StartAsync();
        var counter = MeterOf(service).CreateCounter<long>("imagesearch.images", "{image}", "Pictures by outcome.");
        counter.Add(2, new KeyValuePair<string, object?>("outcome", "accepted"));
        counter.Add(1, new KeyValuePair<string, object?>("outcome", "accepted"));
        counter.Add(5, new KeyValuePair<string, object?>("outcome", "rejected"));

        var text = await ScrapeAsync(service);

        Assert.Contains("# TYPE imagesearch_images_total counter\n# HELP imagesearch_images_total Pictures by outcome.\n", text);
        Assert.Equal(3, PrometheusSamples.Parse(text)["imagesearch_images_total{outcome=\"accepted\"}"]);
        Assert.Equal(5, PrometheusSamples.Parse(text)["imagesearch_images_total{outcome=\"rejected\"}"]);
    }

    /// <summary>Dashboards and alerts know them: one of each kind and unit that the services have.</summary>
    [Theory]
    [InlineData("counter", "imagesearch.images", "{image}", "imagesearch_images_total")]
    [InlineData("counter", "imagesearch.search.hedges", null, "imagesearch_search_hedges_total")]
    [InlineData("histogram", "imagesearch.search.duration", "s", "imagesearch_search_duration_seconds_count")]
    [InlineData("histogram", "imagesearch.embed.batch_size", null, "imagesearch_embed_batch_size_count")]
    [InlineData("gauge", "imagesearch.index.lag", "s", "imagesearch_index_lag_seconds")]
    [InlineData("gauge", "imagesearch.index.memory.limit", "By", "imagesearch_index_memory_limit_bytes")]
    [InlineData("gauge", "imagesearch.index.recall", null, "imagesearch_index_recall")]
    public async Task Scrape_Instrument_KeepsItsName(string kind, string instrument, string? unit, string expected)
    {
        await using var service = await TestService.StartAsync();
        var meter = MeterOf(service);
        switch (kind)
        {
            case "counter":
                meter.CreateCounter<long>(instrument, unit).Add(1);
                break;
            case "histogram":
                meter.CreateHistogram<double>(instrument, unit).Record(1);
                break;
            default:
                meter.CreateObservableGauge(instrument, () => 1L, unit);
                break;
        }

        Assert.Equal(1, PrometheusSamples.Parse(await ScrapeAsync(service))[expected]);
    }

    [Fact]
    public async Task Scrape_Histogram_HasCumulativeBucketsSumAndCount()
    {
        await using var service = await TestService.StartAsync();
        var histogram = MeterOf(service).CreateHistogram(
            "imagesearch.search.duration", "s", "How long.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("model", "layout"));
        }

        var samples = PrometheusSamples.Parse(await ScrapeAsync(service));

        Assert.Equal(2, samples["imagesearch_search_duration_seconds_bucket{model=\"layout\",le=\"0.1\"}"]);
        Assert.Equal(3, samples["imagesearch_search_duration_seconds_bucket{model=\"layout\",le=\"1\"}"]);
        Assert.Equal(4, samples["imagesearch_search_duration_seconds_bucket{model=\"layout\",le=\"+Inf\"}"]);
        Assert.Equal(7.65, samples["imagesearch_search_duration_seconds_sum{model=\"layout\"}"], 9);
        Assert.Equal(4, samples["imagesearch_search_duration_seconds_count{model=\"layout\"}"]);
    }

    [Fact]
    public async Task Scrape_GaugesAndObservables_ShowTheirLatest()
    {
        await using var service = await TestService.StartAsync();
        var meter = MeterOf(service);
        var depth = 7L;
        List<Measurement<int>> shards = [new(1, new KeyValuePair<string, object?>("shard", 0)), new(2, new KeyValuePair<string, object?>("shard", 1))];
        meter.CreateObservableGauge("imagesearch.queue.depth", () => depth, "{item}");
        meter.CreateObservableGauge("imagesearch.index.vectors", () => shards);
        meter.CreateObservableCounter("imagesearch.seen", () => 40L);
        meter.CreateObservableGauge("imagesearch.broken", int () => throw new InvalidOperationException("broken"));
        var upDown = meter.CreateUpDownCounter<int>("imagesearch.inflight");
        upDown.Add(3);
        upDown.Add(-1);
        meter.CreateGauge<double>("imagesearch.memory", "By").Record(12.5);

        var first = PrometheusSamples.Parse(await ScrapeAsync(service));
        depth = 3;
        shards.RemoveAt(1);
        var second = PrometheusSamples.Parse(await ScrapeAsync(service));

        Assert.Equal((7, 3), (first["imagesearch_queue_depth"], second["imagesearch_queue_depth"]));
        Assert.Equal(2, first["imagesearch_index_vectors{shard=\"1\"}"]);
        Assert.DoesNotContain("imagesearch_index_vectors{shard=\"1\"}", second.Keys);
        Assert.Equal(40, second["imagesearch_seen_total"]);
        Assert.Equal(2, second["imagesearch_inflight"]);
        Assert.Equal(12.5, second["imagesearch_memory_bytes"]);
    }

    [Fact]
    public async Task Scrape_LabelValues_AreEscapedAndOrderDoesNotMatter()
    {
        await using var service = await TestService.StartAsync();
        var counter = MeterOf(service).CreateCounter<int>("imagesearch.odd");
        counter.Add(1, new("b.c", "x\\y\"z\nw"), new("a", true));
        counter.Add(1, new("a", true), new("b.c", "x\\y\"z\nw"));

        Assert.Equal(2, PrometheusSamples.Parse(await ScrapeAsync(service))["imagesearch_odd_total{a=\"true\",b_c=\"x\\\\y\\\"z\\nw\"}"]);
    }

    [Fact]
    public async Task Scrape_UnboundedTag_IsCutOff()
    {
        await using var service = await TestService.StartAsync();
        var counter = MeterOf(service).CreateCounter<int>("imagesearch.unbounded");
        for (var i = 0; i < MaximumSeries + 500; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        var samples = PrometheusSamples.Parse(await ScrapeAsync(service)).Where(sample => sample.Key.StartsWith("imagesearch_unbounded_total", StringComparison.Ordinal)).ToDictionary();

        Assert.Equal(MaximumSeries + 1, samples.Count);
        Assert.Equal(500, samples["imagesearch_unbounded_total{otel_metric_overflow=\"true\"}"]);
    }

    [Fact]
    public async Task Scrape_FrameworkMeters_AreThereWithoutThePolls()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/hello", () => "hello"));
        await service.Client.GetStringAsync("/hello", Token);
        await service.Client.GetStringAsync("/health", Token);
        await ScrapeAsync(service);

        var samples = PrometheusSamples.Parse(await ScrapeAsync(service));

        var requests = samples.Where(sample => sample.Key.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)).ToList();
        Assert.Contains("http_route=\"/hello\"", Assert.Single(requests).Key);
        Assert.Contains(samples.Keys, key => key.StartsWith("dotnet_process_memory_working_set_bytes", StringComparison.Ordinal));
        Assert.Contains(samples.Keys, key => key.StartsWith("kestrel_active_connections", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scrape_ManyThreads_CountsEveryMeasurement()
    {
        await using var service = await TestService.StartAsync();
        var histogram = MeterOf(service).CreateHistogram<int>("imagesearch.parallel");
        Parallel.For(0, 20_000, i => histogram.Record(i % 7, new KeyValuePair<string, object?>("shard", i % 3)));

        var samples = PrometheusSamples.Parse(await ScrapeAsync(service));

        Assert.Equal(20_000, Enumerable.Range(0, 3).Sum(shard => samples[$"imagesearch_parallel_count{{shard=\"{shard}\"}}"]));
    }

    [Fact]
    public async Task Scrape_MetersOfAnotherHost_AreNotShown()
    {
        await using var service = await TestService.StartAsync();
        await using var other = await TestService.StartAsync();
        MeterOf(other).CreateCounter<int>("imagesearch.foreign").Add(1);

        Assert.DoesNotContain("imagesearch_foreign", await ScrapeAsync(service));
        Assert.Contains("imagesearch_foreign", await ScrapeAsync(other));
    }

    [Fact]
    public async Task Measure_KnownSeries_AllocatesNothing()
    {
        await using var service = await TestService.StartAsync();
        var histogram = MeterOf(service).CreateHistogram<double>("imagesearch.hot", "s");
        void Record(int times)
        {
            for (var i = 0; i < times; i++)
            {
                histogram.Record(0.01, new KeyValuePair<string, object?>("model", "layout"), new KeyValuePair<string, object?>("outcome", "ok"));
            }
        }

        Record(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(1000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static Meter MeterOf(TestService service) => service.App.Services.GetRequiredService<IMeterFactory>().Create("ImageSearch.Test");

    private static async Task<string> ScrapeAsync(TestService service)
    {
        using var response = await service.Client.GetAsync("/metrics", Token);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return await response.Content.ReadAsStringAsync(Token);
    }
}
