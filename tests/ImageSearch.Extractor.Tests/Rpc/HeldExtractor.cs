using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Extractor.Api;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using ImageSearch.Extractor.Rpc;
using ImageSearch.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Tests.Rpc;

/// <summary>
/// The parts of an extractor that answer queries over RabbitMQ, the broker real, whose model runs when the test says so: until then queries
/// are taken and decoded, and wait. Counts what is embedded.
/// </summary>
internal sealed class HeldExtractor : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _meters = new();
    private readonly LoadedModel _loaded = new();
    private readonly LoadedModel _held = new();
    private readonly ModelOptions _model;
    private readonly RabbitMqConnection _broker;
    private readonly QueryGate _gate;
    private readonly RpcListener _listener;
    private long _expired;

    private HeldExtractor(string connectionString, string name, int capacity)
    {
        var declared = new ConfigurationBuilder().AddInMemoryCollection(Declarations.Averages("model.onnx")).Build().GetRequiredSection(ModelOptions.Section);
        _model = declared.Get<ModelOptions>()! with { Name = name, QueryTransport = QueryTransport.Rpc };
        File.WriteAllBytes(_directory.Combine("model.onnx"), Declarations.Averages());
        _loaded.Publish(Load());

        var (model, limits) = (Options.Create(_model), Options.Create(new ImageLimits()));
        var options = Options.Create(new ExtractorOptions { BatchSize = 4, DecodeWorkers = 2, MaximumQueries = capacity });
        var meters = _services.GetRequiredService<IMeterFactory>();
        Listen(meters);
        var telemetry = new ExtractorTelemetry(meters, model);
        _gate = new QueryGate(options);
        _broker = new RabbitMqConnection(connectionString, name);
        Scheduler = new EmbeddingScheduler(_held, model, options, limits, telemetry, NullLogger<EmbeddingScheduler>.Instance);
        var responder = new RpcResponder(
            new QueryEmbedding(Scheduler, _loaded, _gate, model), model, limits, telemetry, NullLogger<RpcResponder>.Instance);
        _listener = new RpcListener(responder, _loaded, model, options, NullLogger<RpcListener>.Instance, _broker);
    }

    public EmbeddingScheduler Scheduler { get; }

    /// <summary>Sizes of the batches that were embedded.</summary>
    public ConcurrentQueue<int> Batches { get; } = [];

    public long Expired => Interlocked.Read(ref _expired);

    public static async Task<HeldExtractor> StartAsync(string connectionString, string model, int capacity = 64)
    {
        var extractor = new HeldExtractor(connectionString, model, capacity);
        await extractor.Scheduler.StartAsync(default);
        await extractor._listener.StartAsync(default);
        return extractor;
    }

    /// <summary>Lets the model run.</summary>
    public void Release() => _held.Publish(Load());

    /// <summary>As when the service is told to stop.</summary>
    public Task StopListeningAsync() => _listener.StopAsync(default);

    /// <summary>As when the process dies: its connections break, and it makes no new ones.</summary>
    public ValueTask BreakAsync() => _broker.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await Scheduler.StopAsync(default);
        await _listener.StopAsync(default);
        _listener.Dispose();
        await _broker.DisposeAsync();
        Scheduler.Dispose();
        _gate.Dispose();
        _held.Dispose();
        _loaded.Dispose();
        _meters.Dispose();
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    private OnnxModel Load() => OnnxModel.Load(_directory.Combine("model.onnx"), _model, [], 1);

    private void Listen(IMeterFactory factory)
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<int>((_, size, _, _) => Batches.Enqueue(size));
        _meters.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
        {
            if (instrument.Name == "imagesearch.embed.expired")
            {
                Interlocked.Add(ref _expired, count);
            }
        });
        _meters.Start();
    }
}
