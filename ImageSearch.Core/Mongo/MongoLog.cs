using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.Mongo;

internal static partial class MongoLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "MongoDB at {Address} is ready.")]
    public static partial void Ready(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem} Trying again until it works.")]
    public static partial void NotReady(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "MongoDB at {Address} is the replica set {Name} now, of {Members} members.")]
    public static partial void Initiated(ILogger logger, string address, string name, int members);
}
