using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests;

public sealed class TelemetryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _measured = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Metrics_UploadAndImport_CountOutcomesWithoutIds()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"));
        using var listener = Listen(host.Services.GetRequiredService<IMeterFactory>());

        await host.UploadAsync(Png.Create(1), Png.Create(1), [1, 2, 3]);
        await host.FinishedAsync(await host.ImportAsync(new { urls = (string[])[server.Url("/2"), server.Url("/missing")] }));

        // The import is done in the store a moment before it is counted.
        await Eventually.BecomesTrue(() => _measured.Contains("imagesearch.imports {import} outcome=finished"));
        Assert.Equal(
            [
                "imagesearch.fetch.duration s outcome=http-status",
                "imagesearch.fetch.duration s outcome=ok",
                "imagesearch.images {image} outcome=accepted",
                "imagesearch.images {image} outcome=accepted",
                "imagesearch.images {image} outcome=duplicate",
                "imagesearch.images {image} outcome=rejected",
                "imagesearch.images {image} outcome=rejected",
                "imagesearch.import.sources {source} kind=url,outcome=accepted",
                "imagesearch.import.sources {source} kind=url,outcome=rejected",
                "imagesearch.imports {import} outcome=finished",
                "imagesearch.imports {import} outcome=started",
            ],
            _measured.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Endpoints_OfEveryService_AreThere()
    {
        await using var host = IngestHost.Start(_directory);
        await host.UploadAsync(Png.Create(1));

        foreach (var path in (string[])["/health", "/alive", "/metrics"])
        {
            using var response = await host.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Contains("imagesearch_images_total{outcome=\"accepted\"}", PrometheusSamples.Parse(await host.Http.GetStringAsync("/metrics")).Keys);
    }

    private MeterListener Listen(IMeterFactory meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Every test has a host of its own in this process: only this one's instruments count.
                if (instrument.Meter.Name == IngestTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Record(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        listener.Start();
        return listener;
    }

    private void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue($"{instrument.Name} {instrument.Unit} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
}
