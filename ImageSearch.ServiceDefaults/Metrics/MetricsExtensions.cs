using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Metrics;

internal static class MetricsExtensions
{
    public const string Path = "/metrics";

    /// <summary>The framework's meters that every service shows.</summary>
    public static readonly string[] FrameworkMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    public static void AddPrometheusMetrics(this IServiceCollection services, string[] meters)
    {
        services.AddMetrics();
        services.AddSingleton(provider => new MetricsCollector(
            [.. FrameworkMeters, .. meters], provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<ILogger<MetricsCollector>>()));
        services.AddHostedService<MetricsStart>();
    }

    public static void MapPrometheusMetrics(this WebApplication app) =>
        app.MapGet(Path, (MetricsCollector collector) => Results.Text(collector.Scrape(), PrometheusText.ContentType))
            .DisableHttpMetrics().ExcludeFromDescription();

    /// <summary>Listens from the start, not from the first scrape: what is counted before would be missing.</summary>
    private sealed class MetricsStart(MetricsCollector collector) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = collector;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
