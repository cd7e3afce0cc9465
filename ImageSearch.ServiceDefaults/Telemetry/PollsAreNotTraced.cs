using System.Diagnostics;
using ImageSearch.ServiceDefaults.Health;
using ImageSearch.ServiceDefaults.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Telemetry;

/// <summary>Health checks and scrapes come every few seconds: their traces would bury the others.</summary>
internal sealed class PollsAreNotTraced : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            if (IsPoll(context.Request.Path) && Activity.Current is { } activity)
            {
                activity.IsAllDataRequested = false;
                activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // children inherit it, exporters heed it
            }

            return following(context);
        });
        next(app);
    };

    private static bool IsPoll(PathString path) => path.Value is HealthExtensions.ReadyPath or HealthExtensions.LivePath or MetricsExtensions.Path;
}
