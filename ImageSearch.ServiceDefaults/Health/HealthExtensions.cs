using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.ServiceDefaults.Health;

internal static class HealthExtensions
{
    public const string ReadyPath = "/health";
    public const string LivePath = "/alive";

    private const string Live = "live";

    public static void AddDefaultHealthChecks(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    public static void MapDefaultHealthChecks(this WebApplication app)
    {
        Map(app, ReadyPath, _ => true);
        Map(app, LivePath, check => check.Tags.Contains(Live));
    }

    private static void Map(WebApplication app, string path, Func<HealthCheckRegistration, bool> predicate) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync }).DisableHttpMetrics().AllowAnonymous();

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthAnswer(
            report.Status.ToString(),
            report.Entries.ToDictionary(pair => pair.Key, pair => new HealthAnswer.Check(pair.Value.Status.ToString(), Describe(pair.Value)))),
        context.RequestAborted);

    /// <summary>A check that threw has the exception's message as its description: that is for the log, not for whoever asks.</summary>
    private static string? Describe(HealthReportEntry entry) => entry.Exception is null ? entry.Description : "The check failed; the service's log says why.";
}
