using ImageSearch.ServiceDefaults.Metrics;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImageSearch.ServiceDefaults.Telemetry;

/// <summary>Exports traces and metrics while the host runs, and what is left when it stops: what OpenTelemetry.Extensions.Hosting does.</summary>
internal sealed class TelemetryExport(string[] meters, ResourceBuilder resource, Action<OtlpExporterOptions, string> configure) : IHostedService, IDisposable
{
    /// <summary>Within the host's time to stop, whoever does not answer.</summary>
    private const int FlushMilliseconds = 3000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "ImageSearch.*")
            .AddOtlpExporter(options => configure(options, "traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter([.. MetricsExtensions.FrameworkMeters, .. meters])
            .AddOtlpExporter(options => configure(options, "metrics"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => _traces?.ForceFlush(FlushMilliseconds), cancellationToken),
        Task.Run(() => _metrics?.ForceFlush(FlushMilliseconds), cancellationToken));

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
