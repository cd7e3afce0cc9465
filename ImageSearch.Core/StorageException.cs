namespace ImageSearch.Core;

/// <summary>What a disk may refuse, as far as it means something else for a client or an operator.</summary>
public enum StorageFault
{
    /// <summary>No room is left.</summary>
    Full,

    /// <summary>Reading works; writing is not allowed.</summary>
    ReadOnly,

    /// <summary>The disk or its file system fails, or a file cannot be opened.</summary>
    Failed,

    /// <summary>The database is there and is none, or is damaged.</summary>
    Damaged,

    /// <summary>Another process has held the database's lock for too long.</summary>
    Busy,
}

/// <summary>
/// The data directory's disk refused a read or a write. The message names the path: it is for the operator, not for clients.
/// </summary>
public sealed class StorageException(StorageFault fault, string message, Exception? innerException = null)
    : BackendUnavailableException(message, innerException)
{
    // HResult of an IOException: errno on POSIX systems (ENOSPC, EFBIG, EDQUOT of Linux and of macOS), a Win32 error on Windows.
    private static readonly HashSet<int> NoRoom = OperatingSystem.IsWindows()
        ? [unchecked((int)0x80070070), unchecked((int)0x80070027)]
        : [28, 27, OperatingSystem.IsLinux() ? 122 : 69];

    public StorageFault Fault { get; } = fault;

    public override bool IsFull => Fault == StorageFault.Full;

    /// <summary>Whether a file could not be written because there is no room for it.</summary>
    public static bool MeansNoRoom(Exception exception) => exception is IOException && NoRoom.Contains(exception.HResult);
}
