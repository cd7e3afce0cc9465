namespace ImageSearch.Web.Security;

/// <summary>Ids from 100, apart from those of the service's other messages.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(100, LogLevel.Warning, "When keys were last used could not be written down: {Reason}")]
    public static partial void KeyUseLost(ILogger logger, string reason);

    /// <param name="who">A key's id and name, or <c>anonymous</c>.</param>
    /// <param name="path">As it stands in the address, encoded: nothing in it can break the line.</param>
    [LoggerMessage(101, LogLevel.Information, "{Operation} {Method} {Path} by {Who} from {Address}: {Status}{Detail}")]
    public static partial void Audited(
        ILogger logger, string operation, string method, string path, string who, string? address, int status, string detail);
}
