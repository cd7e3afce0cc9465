namespace ImageSearch.Core.Mongo;

/// <summary>What kind of failure, as far as callers act on it differently.</summary>
internal enum MongoFailure
{
    /// <summary>The server does not answer, has no primary, or breaks off: the same call may succeed later.</summary>
    Unreachable,

    /// <summary>It took longer than allowed: the same call may succeed later.</summary>
    TimedOut,

    /// <summary>User or password are wrong, or the user may not do this.</summary>
    Unauthorized,

    /// <summary>The server is of a version that the driver does not support, or no replica set.</summary>
    Incompatible,

    /// <summary>The server has no room to write.</summary>
    DiskFull,

    /// <summary>The server refused for another reason.</summary>
    Refused,
}
