using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ImageSearch.Core.FileSystem;

/// <summary>Says what the numbers of SQLite and of the operating system mean.</summary>
internal static class StorageFaults
{
    /// <summary>Less than SQLite needs to open a database: its shared memory is a file of 32 KiB, grown by as much.</summary>
    private const long LeastRoom = 128 << 10;

    // HResult of an IOException: EROFS, or the Win32 error.
    private static readonly int WriteProtected = OperatingSystem.IsWindows() ? unchecked((int)0x80070013) : 30;

    /// <returns>The failure with a sentence for the operator; null when the exception is none of the disk's.</returns>
    public static StorageException? Find(Exception exception, string directory) => Kind(exception, directory) is { } fault
        ? new StorageException(fault, $"{Sentence(fault, directory)} ({exception.Message.TrimEnd('.', ' ')})", exception)
        : null;

    /// <summary>For clients and /health, without any path.</summary>
    public static string PublicSentence(StorageFault fault) => fault switch
    {
        StorageFault.Full => "The disk that keeps the collection is full: delete pictures, or have its operator free space. Until then nothing can be added.",
        StorageFault.ReadOnly => "The collection can be read and not changed: its disk is read-only. Its operator has to make it writable.",
        StorageFault.Damaged => "The database of the collection is damaged: its operator has to restore it.",
        StorageFault.Busy => "The database of the collection is locked by another process: try again in a few seconds.",
        _ => "The disk that keeps the collection fails: its operator has to look after it.",
    };

    public static bool HasRoom(string directory, long bytes)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace >= bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return true; // not known: whoever writes finds out
        }
    }

    private static StorageFault? Kind(Exception exception, string directory) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => StorageFault.Full,
            raw.SQLITE_READONLY or raw.SQLITE_PERM => StorageFault.ReadOnly,
            raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN => HasRoom(directory, LeastRoom) ? StorageFault.Failed : StorageFault.Full,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StorageFault.Damaged,
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => StorageFault.Busy,
            _ => null,
        },
        UnauthorizedAccessException => StorageFault.ReadOnly,
        IOException when StorageException.MeansNoRoom(exception) => StorageFault.Full,
        IOException io when io.HResult == WriteProtected => StorageFault.ReadOnly,
        IOException => StorageFault.Failed,
        _ => null,
    };

    private static string Sentence(StorageFault fault, string directory) => fault switch
    {
        StorageFault.Full =>
            $"The disk of the data directory {directory} is full: free space on it or enlarge it; deleting pictures works and frees space.",
        StorageFault.ReadOnly => $"The data directory {directory} cannot be written to: mount it writable and give this service's user the right to write there.",
        StorageFault.Damaged =>
            $"The database {Path.Combine(directory, Embedded.SqliteDatabase.FileName)} is damaged or no database: restore it from a backup, or give Data:Directory another directory.",
        StorageFault.Busy => $"The database {Path.Combine(directory, Embedded.SqliteDatabase.FileName)} is locked by another process: end that process if it hangs.",
        _ => $"The data directory {directory} cannot be used: check the disk and its file system.",
    };
}
