using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} of {Service} does not answer; it is skipped for {Seconds} s.")]
    public static partial void EndpointDown(ILogger logger, Uri endpoint, string service, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Endpoint} of {Service} still does not answer; it is skipped for {Seconds} s.")]
    public static partial void EndpointStillDown(ILogger logger, Uri endpoint, string service, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} of {Service} is slow or hangs; calls prefer others for {Seconds} s.")]
    public static partial void EndpointSlow(ILogger logger, Uri endpoint, string service, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Endpoint} of {Service} answers again.")]
    public static partial void EndpointUp(ILogger logger, Uri endpoint, string service);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} to {Host} failed in attempt {Attempt}: trying again in {Milliseconds} ms.")]
    public static partial void CallRetried(ILogger logger, HttpMethod method, string host, int attempt, double milliseconds, Exception? exception);
}
