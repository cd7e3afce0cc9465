using System.Runtime.InteropServices;

namespace ImageSearch.Core.FileSystem;

/// <summary>
/// Makes the names in a directory durable. On POSIX systems a new file's name is on disk only when its directory has been flushed, and
/// .NET opens no directories.
/// </summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <summary>Creates the directory and its parents, durably.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            Create(parent);
            Directory.CreateDirectory(path);
            Flush(parent);
        }
    }

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names by itself
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"A directory of the blob store cannot be opened (errno {error}).", error);
        }

        // Some network file systems refuse to flush directories; they write names through.
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
