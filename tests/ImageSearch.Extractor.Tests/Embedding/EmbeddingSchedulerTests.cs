using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ImageSearch.Core.Imaging;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using ImageSearch.Extractor.Tests.Imaging;
using ImageSearch.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Tests.Embedding;

public sealed class EmbeddingSchedulerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<int> _batches = [];
    private readonly LoadedModel _host = new();
    private readonly ModelOptions _model = new();
    private readonly ExtractorOptions _options = new() { BatchSize = 4, DecodeWorkers = 2 };
    private EmbeddingScheduler _scheduler = null!;

    [Fact]
    public async Task Embed_QueriesAndIngestWait_QueriesGoFirstAndAlone()
    {
        await StartAsync();
        var ingest = Embed(6, EmbeddingPriority.Ingest);
        await Eventually.BecomesTrue(() => _scheduler.Waiting == 6);
        var queries = Embed(3, EmbeddingPriority.Query);
        await Eventually.BecomesTrue(() => _scheduler.Waiting == 9);

        Publish(Declarations.Averages());
        await Task.WhenAll([.. queries, .. ingest]);

        Assert.Equal([3, 4, 2], _batches);
    }

    [Fact]
    public async Task Embed_Alone_WaitsForNoOther()
    {
        await StartAsync();
        Publish(Declarations.Averages());
        var embedding = await Embed(1, EmbeddingPriority.Query)[0];
        Assert.Equal(1, Math.Sqrt(embedding.Vector.Sum(value => value * value)), 1e-5);
        Assert.Equal([1], _batches);
    }

    [Fact]
    public async Task Embed_ModelWithFixedBatch_IsFilledUp()
    {
        await StartAsync();
        Publish(Declarations.Averages(batch: 3));
        var embeddings = await Task.WhenAll(Embed(7, EmbeddingPriority.Ingest));
        Assert.All(embeddings, embedding => Assert.Equal(embeddings[0].Vector, embedding.Vector));
        Assert.All(_batches, size => Assert.InRange(size, 1, 3));
    }

    [Fact]
    public async Task Embed_ModelGivesZeros_IsRefusedPictureByPicture()
    {
        await StartAsync();
        Publish(Declarations.Averages(factor: 0));
        Assert.Equal("no-vector", (await Assert.ThrowsAsync<InvalidImageException>(() => Embed(1, EmbeddingPriority.Query)[0])).Problem);
    }

    [Fact]
    public async Task Stop_PicturesWait_TheyAreCancelled()
    {
        await StartAsync();
        var waiting = Embed(3, EmbeddingPriority.Ingest);
        await Eventually.BecomesTrue(() => _scheduler.Waiting == 3);
        await _scheduler.StopAsync(default);
        foreach (var task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Embed(1, EmbeddingPriority.Query)[0]);
    }

    [Fact]
    public async Task Embed_Cancelled_TakesNoPlaceInABatch()
    {
        await StartAsync();
        using var cancelled = new CancellationTokenSource();
        var gone = _scheduler.EmbedAsync(Picture.Png(8, 8), null, EmbeddingPriority.Query, cancelled.Token);
        var stays = Embed(1, EmbeddingPriority.Query)[0];
        await Eventually.BecomesTrue(() => _scheduler.Waiting == 2);
        await cancelled.CancelAsync();

        Publish(Declarations.Averages());
        await stays;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal([1], _batches);
    }

    public ValueTask InitializeAsync()
    {
        new ConfigurationBuilder().AddInMemoryCollection(Declarations.Averages("model.onnx")).Build().GetSection(ModelOptions.Section).Bind(_model);
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "imagesearch.embed.batch_size" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, size, _, _) => _batches.Enqueue(size));
        _listener.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.StopAsync(default);
        _scheduler.Dispose();
        _host.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    private Task StartAsync()
    {
        var telemetry = new ExtractorTelemetry(_services.GetRequiredService<IMeterFactory>(), Options.Create(_model));
        _scheduler = new EmbeddingScheduler(
            _host, Options.Create(_model), Options.Create(_options), Options.Create(new ImageLimits()), telemetry, NullLogger<EmbeddingScheduler>.Instance);
        return _scheduler.StartAsync(default);
    }

    private Task<PictureEmbedding>[] Embed(int count, EmbeddingPriority priority) =>
        [.. Enumerable.Range(0, count).Select(_ => _scheduler.EmbedAsync(Picture.Png(8, 8), null, priority, default))];

    private void Publish(byte[] model)
    {
        var path = _directory.Combine("model.onnx");
        File.WriteAllBytes(path, model);
        _host.Publish(OnnxModel.Load(path, _model, [], 1));
    }
}
