using System.Runtime.InteropServices;

namespace ImageSearch.Index.Snapshots;

/// <summary>Makes a rename durable, which flushing the file does not. Elsewhere than on Unix the system has no such call.</summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0; // O_RDONLY, on every Unix

    public static void ToDisk(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"The directory cannot be opened to be flushed: error {Marshal.GetLastPInvokeError()}.");
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw new IOException($"The directory cannot be flushed: error {Marshal.GetLastPInvokeError()}.");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
