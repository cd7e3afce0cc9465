using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace ImageSearch.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Sends traces, metrics and logs by OTLP when an endpoint is configured; costs nothing otherwise.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, string[] meters)
    {
        builder.Services.AddSingleton<IStartupFilter, RequestTracing>();
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        var configuration = builder.Configuration;
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.SetResourceBuilder(Resource(configuration, builder.Environment)).AddOtlpExporter(options => Configure(options, configuration, "logs"));
        });
        builder.Services.AddHostedService(_ => new TelemetryExport(
            meters, Resource(configuration, builder.Environment), (options, signal) => Configure(options, configuration, signal)));
    }

    /// <summary>The service's name and instance, from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.</summary>
    private static ResourceBuilder Resource(IConfiguration configuration, IHostEnvironment environment) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(environment.ApplicationName)
        .AddAttributes(ResourceAttributes.Parse(configuration["OTEL_RESOURCE_ATTRIBUTES"]))
        .AddAttributes(configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? [new("service.name", name)] : []);

    /// <summary>Read from the configuration rather than, as the exporter does, from the environment only.</summary>
    private static void Configure(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        var endpoint = configuration[Endpoint]!.TrimEnd('/');
        var isHttp = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf";
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = new Uri(isHttp ? $"{endpoint}/v1/{signal}" : endpoint);
        options.Headers = configuration["OTEL_EXPORTER_OTLP_HEADERS"] ?? options.Headers;
    }
}
