namespace ImageSearch.Web.SystemStatus;

internal static partial class SystemLog
{
    // Said every few seconds while something is away, and on the page: no warning.
    [LoggerMessage(40, LogLevel.Debug, "The index server at {Address} did not say what it holds")]
    public static partial void ReplicaSilent(ILogger logger, string address, Exception exception);

    [LoggerMessage(41, LogLevel.Debug, "A look at the {What} gave nothing")]
    public static partial void NotSampled(ILogger logger, string what, Exception exception);
}
