using System.Diagnostics.Metrics;
using ImageSearch.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImageSearch.ServiceDefaults.Telemetry;

/// <summary>Metrics for Prometheus, and traces, metrics and logs by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
public static class TelemetryExtensions
{
    private const string MetricsPath = "/metrics";

    /// <summary>
    /// Series of one metric, for each exporter. OpenTelemetry allocates room for all of them at once: with its own default of 2,000 that
    /// was a sixth of a service's memory.
    /// </summary>
    private const int MaximumSeries = 500;

    /// <summary>Names of all meters and sources of activities in this repository.</summary>
    private const string Own = "ImageSearch.*";

    public static IHostApplicationBuilder ConfigureOpenTelemetry(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, autoGenerateServiceInstanceId: false)
                .AddEnvironmentVariableDetector()) // again: what is configured counts more than the application's name
            .WithMetrics(metrics => metrics
                .AddMeter(Own)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        builder.Services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            // Meters of a factory belong to its host; of several hosts in a process each shows its own.
            metrics.AddView(instrument => instrument.Meter.Scope is IMeterFactory factory && factory != own
                ? MetricStreamConfiguration.Drop
                : new MetricStreamConfiguration { CardinalityLimit = MaximumSeries });
        });
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return builder;
        }

        builder.Logging.AddOpenTelemetry(logging => (logging.IncludeFormattedMessage, logging.IncludeScopes) = (true, true));
        telemetry
            .WithTracing(tracing => tracing
                .AddSource(Own)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsPoll(context.Request.Path))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
        return builder;
    }

    internal static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint(MetricsPath).DisableHttpMetrics();

    /// <summary>Health checks and scrapes come every few seconds: they are not traced.</summary>
    private static bool IsPoll(PathString path) => path.Value is HealthExtensions.ReadyPath or HealthExtensions.LivePath or MetricsPath;
}
