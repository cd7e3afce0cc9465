using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Health;
using ImageSearch.ServiceDefaults.Metrics;
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

    /// <summary>Adds the defaults; <paramref name="meters"/> are the service's own meters beside the framework's.</summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder, params string[] meters)
    {
        AddLogLevels(builder.Configuration);
        builder.AddTelemetry(meters);
        builder.Services.AddPrometheusMetrics(meters);
        builder.Services.AddDefaultHealthChecks();
        builder.Services.AddServiceHttpClients();
        builder.Services.AddProblems();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>Six lines for every request, health checks included, hide what a service has to say. Any configured level counts more.</summary>
    private static void AddLogLevels(IConfigurationBuilder configuration) => configuration.Sources.Insert(
        0,
        new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            },
        });

    /// <summary>
    /// Maps <c>/health</c> (ready), <c>/alive</c> (live) and <c>/metrics</c> (Prometheus text), and turns errors of everything that is added
    /// to the pipeline after this call, and of every endpoint, into problem details. A request's <c>X-Deadline-Ms</c> is honoured by the same.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseProblems();
        app.UseMiddleware<DeadlineMiddleware>();
        app.MapDefaultHealthChecks();
        app.MapPrometheusMetrics();
        return app;
    }
}
