using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;

namespace ImageSearch.Core.Mongo;

/// <summary>Says in a sentence what the driver says in exceptions and the server in numbers.</summary>
internal static class MongoErrors
{
    private const int AuthenticationFailed = 18;

    /// <summary>The change stream cannot go on from where a reader was: the oplog has forgotten it, or never had it.</summary>
    private static readonly HashSet<int> FeedLost = [9, 136, 260, 280, 286, 40576, 40585, 40615, 40647, 40649, 50795];

    /// <summary>The server is going away, is no primary (any more), or lost a connection of its own.</summary>
    private static readonly HashSet<int> Unreachable = [6, 7, 91, 189, 9001, 10058, 10107, 11600, 11602, 13435, 13436, 133];
    private static readonly HashSet<int> TimedOut = [46, 50, 64, 79, 89, 112, 262];
    private static readonly HashSet<int> Unauthorized = [13, AuthenticationFailed, 8000];
    private static readonly HashSet<int> DiskFull = [14031, 12501];

    /// <returns>Null when it is none of the driver's: a cancelled call, or an error of ours.</returns>
    public static MongoUnavailableException? Describe(string address, ClusterDescription? cluster, Exception exception) => exception switch
    {
        MongoIncompatibleDriverException e when e.Message.Contains("only supports up to", StringComparison.Ordinal) => new(
            MongoFailure.Incompatible,
            $"MongoDB at {address} is newer than this program supports: take a newer version of this program ({Reason(e)}).", inner: e),
        MongoIncompatibleDriverException e => new(
            MongoFailure.Incompatible, $"MongoDB at {address} is too old: version 4.4 or newer is needed ({Reason(e)}).", inner: e),
        MongoAuthenticationException e => new(
            MongoFailure.Unauthorized, $"MongoDB at {address} refuses the user: check user, password and authSource of the connection string ({Reason(e)}).", inner: e),
        MongoBulkWriteException e when e.WriteErrors.FirstOrDefault(
            error => error.Category != ServerErrorCategory.DuplicateKey) is { } error =>
            FromServer(address, error.Code, error.Message, e),
        MongoBulkWriteException { WriteConcernError: { } error } e => FromServer(address, error.Code, error.Message, e),
        MongoExecutionTimeoutException e => FromServer(address, e.Code, e.Message, e),
        MongoNotPrimaryException e => FromServer(address, e.Code, e.Message, e),
        MongoNodeIsRecoveringException e => FromServer(address, e.Code, e.Message, e),
        MongoCommandException e => FromServer(address, e.Code, e.ErrorMessage ?? e.Message, e),
        // Its cursor has gone with the primary that had it.
        MongoConnectionException or MongoCursorNotFoundException or MongoWaitQueueFullException or TimeoutException or SocketException or DnsClient.DnsResponseException => new(
            MongoFailure.Unreachable, $"MongoDB at {address} cannot be reached: check that it runs and that the address is right ({Reason(NotFound(cluster, exception))}).", inner: exception),
        MongoException e => new(MongoFailure.Refused, $"MongoDB at {address} refused ({Reason(e)}).", inner: e),
        KeyNotFoundException or InvalidCastException or BsonException or FormatException => new(
            MongoFailure.Refused, $"MongoDB at {address} holds or sends what is not understood: {exception.Message}", inner: exception),
        _ => null,
    };

    public static bool IsFeedLost(MongoUnavailableException error) => FeedLost.Contains(error.Code);

    private static MongoUnavailableException FromServer(string address, int code, string text, Exception inner)
    {
        var message = text.TrimEnd('.', ' ');
        return code switch
        {
            _ when DiskFull.Contains(code) || message.Contains("No space left", StringComparison.OrdinalIgnoreCase) => new(
                MongoFailure.DiskFull, $"MongoDB at {address} has no disk space left: free some or enlarge its volume ({message}).", code,
                inner),
            AuthenticationFailed => new(
                MongoFailure.Unauthorized, $"MongoDB at {address} refuses the user: check user, password and authSource of the connection string ({message}).", code, inner),
            _ when Unauthorized.Contains(code) => new(
                MongoFailure.Unauthorized, $"MongoDB at {address} does not allow this to the user of the connection string: give it the role readWrite ({message}).", code, inner),
            _ when Unreachable.Contains(code) => new(
                MongoFailure.Unreachable,
                $"MongoDB at {address} cannot serve at the moment: it is stopping, or it is no primary ({message}).", code, inner),
            _ when TimedOut.Contains(code) => new(MongoFailure.TimedOut, $"MongoDB at {address} took too long ({message}).", code, inner),
            _ => new(MongoFailure.Refused, $"MongoDB at {address} refused ({code}: {message}).", code, inner),
        };
    }

    /// <summary>The cause in one line.</summary>
    private static string Reason(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }

    /// <returns>
    /// Why no server was found: the driver's own message is all that it knows of the cluster, with the traces of its stack.
    /// </returns>
    private static Exception NotFound(ClusterDescription? cluster, Exception exception) =>
        exception is TimeoutException { InnerException: null }
            && exception.Message.Contains("Client view of cluster", StringComparison.Ordinal)
        ? cluster?.Servers.Select(server => server.HeartbeatException).FirstOrDefault(heartbeat => heartbeat is not null)
            ?? new TimeoutException("no server that takes writes was found in time")
        : exception;
}
