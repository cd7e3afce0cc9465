using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Health;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.ServiceDefaults;

/// <summary>What every service does: telemetry, health, discovery, resilience, problem details.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Shorter than the 10 s after which whoever stops a service usually kills it.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        AddSettings(builder.Configuration);
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceHttpClients();
        builder.Services.AddProblems();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready), <c>/alive</c> (live) and <c>/metrics</c> (Prometheus text), and turns errors of everything that is
    /// added to the pipeline after this call, and of every endpoint, into problem details. A request's <c>X-Deadline-Ms</c> is honoured by
    /// the same.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseProblems();
        app.UseMiddleware<DeadlineMiddleware>();
        app.MapHealthEndpoints();
        app.MapMetrics();
        return app;
    }

    /// <summary>Settings of libraries that any other source of configuration overrides.</summary>
    private static void AddSettings(IConfigurationBuilder configuration) => configuration.Sources.Insert(
        0,
        new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                // Six lines for every request, health checks included, hide what a service has to say.
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                // Retries and timeouts between services: what became of a call is logged by whoever made it.
                ["Logging:LogLevel:Polly"] = "Critical",
                // A collector that does not answer must not hold up a service that stops.
                ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "2000",
            },
        });
}
