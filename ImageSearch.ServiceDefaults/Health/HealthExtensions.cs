using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.ServiceDefaults.Health;

public static class HealthExtensions
{
    internal const string ReadyPath = "/health";
    internal const string LivePath = "/alive";

    private const string Live = "live";

    /// <summary>Adds the check that the process runs.</summary>
    public static IHostApplicationBuilder AddDefaultHealthChecks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
        return builder;
    }

    internal static void MapHealthEndpoints(this WebApplication app)
    {
        Map(app, ReadyPath, _ => true);
        Map(app, LivePath, check => check.Tags.Contains(Live));
    }

    private static void Map(WebApplication app, string path, Func<HealthCheckRegistration, bool> predicate) =>
        app.MapHealthChecks(
            path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync }).DisableHttpMetrics().AllowAnonymous();

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthAnswer(report.Status.ToString(), report.Entries.ToDictionary(
            pair => pair.Key, pair => new CheckAnswer(pair.Value.Status.ToString(), Describe(pair.Value)))),
        context.RequestAborted);

    /// <summary>A check that threw has the exception's message as its description: that is for the log, not for the caller.</summary>
    private static string? Describe(HealthReportEntry entry) =>
        entry.Exception is null ? entry.Description : "The check failed; the service's log says why.";

    /// <summary>Body of <c>/health</c> and <c>/alive</c>.</summary>
    /// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>.</param>
    /// <param name="Checks">Every check by its name.</param>
    private sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, CheckAnswer> Checks);

    private sealed record CheckAnswer(
        string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description);
}
