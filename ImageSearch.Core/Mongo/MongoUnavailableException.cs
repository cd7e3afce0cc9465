namespace ImageSearch.Core.Mongo;

/// <summary>MongoDB could not do what was asked. The message says what and where, for a person, without any password.</summary>
internal sealed class MongoUnavailableException(MongoFailure failure, string message, int code = 0, Exception? inner = null) : BackendUnavailableException(message, inner)
{
    public MongoFailure Failure { get; } = failure;

    /// <summary>The server's number of the error; 0 when it is none of the server's.</summary>
    public int Code { get; } = code;

    /// <remarks>Wrong passwords and old servers are mended by operators while services run.</remarks>
    public override bool MayPass => Failure is not MongoFailure.Refused;

    /// <summary>The cause lies outside and may go by itself: worth another attempt of the same call.</summary>
    public bool IsTransient => Failure is MongoFailure.Unreachable or MongoFailure.TimedOut or MongoFailure.DiskFull;
}
