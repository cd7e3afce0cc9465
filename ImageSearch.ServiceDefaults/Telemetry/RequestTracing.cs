using System.Diagnostics;
using System.Globalization;
using ImageSearch.ServiceDefaults.Health;
using ImageSearch.ServiceDefaults.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ImageSearch.ServiceDefaults.Telemetry;

/// <summary>
/// Names the framework's activity of each request and tags it as the semantic conventions say: what
/// OpenTelemetry.Instrumentation.AspNetCore does. Health checks and scrapes come every few seconds: they are not traced.
/// </summary>
internal sealed class RequestTracing : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) => Activity.Current is { } activity ? TraceAsync(activity, context, following) : following(context));
        next(app);
    };

    private static async Task TraceAsync(Activity activity, HttpContext context, RequestDelegate following)
    {
        var path = context.Request.Path;
        if (IsPoll(path))
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // children inherit it, exporters heed it
        }

        try
        {
            await following(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("error.type", e.GetType().FullName);
            throw;
        }
        finally
        {
            if (activity.IsAllDataRequested)
            {
                Describe(activity, context, path);
            }
        }
    }

    private static void Describe(Activity activity, HttpContext context, PathString path)
    {
        var method = context.Request.Method;
        var status = context.Response.StatusCode;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        // The route, not the path: a name stands for all requests of its kind.
        activity.DisplayName = route is null ? method : $"{method} {route}";
        activity.SetTag("http.request.method", method);
        activity.SetTag("http.route", route);
        activity.SetTag("url.scheme", context.Request.Scheme);
        activity.SetTag("url.path", path.Value);
        activity.SetTag("server.address", context.Request.Host.Host);
        activity.SetTag("server.port", context.Request.Host.Port);
        activity.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static bool IsPoll(PathString path) => path.Value is HealthExtensions.ReadyPath or HealthExtensions.LivePath or MetricsExtensions.Path;
}
