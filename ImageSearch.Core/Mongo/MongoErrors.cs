using ImageSearch.Core.Mongo.Native;

namespace ImageSearch.Core.Mongo;

/// <summary>Says in a sentence what libmongoc and the server say in numbers.</summary>
internal static class MongoErrors
{
    public const int DuplicateKey = 11000;
    public const int NamespaceNotFound = 26;
    private const int ClientAuthenticate = 11;
    private const int BadWireVersion = 15;
    private const int ServerSelectionBadWireVersion = 13052;

    /// <summary>The server is going away, is no primary (any more), or lost a connection of its own.</summary>
    private static readonly HashSet<int> Unreachable = [6, 7, 91, 189, 9001, 10058, 10107, 11600, 11602, 13435, 13436, 133];
    private static readonly HashSet<int> TimedOut = [46, 50, 64, 79, 89, 112, 262];
    private static readonly HashSet<int> Unauthorized = [13, 18, 8000];
    private static readonly HashSet<int> DiskFull = [14031, 12501];

    public static MongoException ToException(string address, in BsonError error)
    {
        var (domain, code, message) = (error.Domain, (int)error.Code, error.Message.TrimEnd('.', ' '));
        return domain switch
        {
            _ when IsWireVersion(domain, code, message) && message.Contains("only supports up to", StringComparison.Ordinal) => new MongoException(
                MongoFailure.LibraryMissing, $"MongoDB at {address} is newer than the libmongoc-1.0 of this machine supports: install a newer one ({message})."),
            _ when IsWireVersion(domain, code, message) => TooOld(address, message),
            _ when IsAuthentication(domain, code, message) => new MongoException(
                MongoFailure.Unauthorized, $"MongoDB at {address} refuses the user: check user, password and authSource of the connection string ({message}).", code),
            MongocDomain.ServerSelection or MongocDomain.Stream => new MongoException(
                MongoFailure.Unreachable, $"MongoDB at {address} cannot be reached: check that it runs and that the address is right ({message})."),
            _ => FromServer(address, code, message),
        };
    }

    public static MongoException FromServer(string address, int code, string message)
    {
        return code switch
        {
            DuplicateKey => new MongoException(MongoFailure.DuplicateKey, $"MongoDB at {address} has this key already ({message}).", code),
            _ when DiskFull.Contains(code) || message.Contains("No space left", StringComparison.OrdinalIgnoreCase) => new MongoException(
                MongoFailure.DiskFull, $"MongoDB at {address} has no disk space left: free some or enlarge its volume ({message}).", code),
            _ when Unauthorized.Contains(code) => new MongoException(
                MongoFailure.Unauthorized, $"MongoDB at {address} does not allow this to the user of the connection string: give it the role readWrite ({message}).", code),
            _ when Unreachable.Contains(code) => new MongoException(
                MongoFailure.Unreachable, $"MongoDB at {address} cannot serve at the moment: it is stopping, or it is no primary ({message}).", code),
            _ when TimedOut.Contains(code) => new MongoException(MongoFailure.TimedOut, $"MongoDB at {address} took too long ({message}).", code),
            _ => new MongoException(MongoFailure.Refused, $"MongoDB at {address} refused ({code}: {message}).", code),
        };
    }

    public static MongoException TooOld(string address, string found) => new(
        MongoFailure.TooOld, $"MongoDB at {address} is too old: version 4.0 or newer is needed ({found}).");

    private static bool IsWireVersion(MongocDomain domain, int code, string message) =>
        domain is MongocDomain.Protocol or MongocDomain.ServerSelection
        && (code is BadWireVersion or ServerSelectionBadWireVersion || message.Contains("wire version", StringComparison.OrdinalIgnoreCase));

    private static bool IsAuthentication(MongocDomain domain, int code, string message) =>
        (domain == MongocDomain.Client && code == ClientAuthenticate)
        || domain == MongocDomain.Scram
        || (domain == MongocDomain.Server && code == 18)
        || message.Contains("Authentication failed", StringComparison.OrdinalIgnoreCase);
}
