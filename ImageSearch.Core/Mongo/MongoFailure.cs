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

    /// <summary>The server's version is not supported.</summary>
    TooOld,

    /// <summary>libmongoc is not installed, or too old for the server.</summary>
    LibraryMissing,

    /// <summary>The server has no room to write.</summary>
    DiskFull,

    /// <summary>A document with this key is there already.</summary>
    DuplicateKey,

    /// <summary>The connection string is not one.</summary>
    Misconfigured,

    /// <summary>The server refused for another reason.</summary>
    Refused,
}
