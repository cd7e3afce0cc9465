using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Running;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Line}")]
    public static partial void Output(ILogger logger, string line);

    [LoggerMessage(2, LogLevel.Information, "{Resource} will listen on {Url}")]
    public static partial void Listening(ILogger logger, string resource, string url);

    [LoggerMessage(5, LogLevel.Information, "{Resource} is ready: {Url}")]
    public static partial void Ready(ILogger logger, string resource, string url);

    [LoggerMessage(3, LogLevel.Information, "Login to the dashboard at {Url}")]
    public static partial void DashboardReady(ILogger logger, string url);

    [LoggerMessage(4, LogLevel.Warning, "The dashboard could not be started, the application runs on without it: {Reason}")]
    public static partial void DashboardUnavailable(ILogger logger, string reason);
}
