using System.Runtime.InteropServices;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Opens files of a folder import.</summary>
internal static partial class FolderFile
{
    public const string Unreadable = "unreadable: the file could not be read; check the disk that it lies on.";

    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint TypeOnly = 1; // STATX_TYPE
    private const int StatxBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000; // S_IFMT
    private const int RegularFile = 0x8000; // S_IFREG

    /// <exception cref="ImportSourceException">It lies outside the root, all links followed, or cannot be read.</exception>
    public static FileStream Open(string path, string root)
    {
        try
        {
            if (RealPath.Follow(path) is not { } real)
            {
                throw new ImportSourceException("broken link: its links run in a circle.");
            }

            // What lies outside gets the same answer whether it exists or not.
            if (!RealPath.IsWithin(real, root))
            {
                throw NotAllowed();
            }

            _ = File.GetAttributes(real); // throws when it is not there, or may not be looked at
            if (!IsRegular(real))
            {
                throw new ImportSourceException("not a file: it is a pipe, a socket or a device.");
            }

            // On other systems pipes and devices have no length: opening them could block for ever.
            if (new FileInfo(real).Length == 0)
            {
                throw new ImportSourceException("not a picture: the file is empty.");
            }

            var file = new FileStream(
                real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            if (!IsStillWithin(file, root))
            {
                file.Dispose();
                throw NotAllowed();
            }

            return file;
        }
        catch (PathTooLongException)
        {
            throw new ImportSourceException("path too long: move the file further up, or shorten the names above it.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new ImportSourceException("not permitted: the service may not read the file; give it the right to.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImportSourceException(new FileInfo(path).LinkTarget is null
                ? "vanished: the file was there when the folder was listed, and is gone."
                : "broken link: what it leads to does not exist.");
        }
        catch (IOException)
        {
            throw new ImportSourceException(Unreadable);
        }
    }

    /// <summary>Whoever writes to the folder may swap a link in between check and opening: the kernel knows what was opened.</summary>
    private static bool IsStillWithin(FileStream file, string root) =>
        !OperatingSystem.IsLinux()
        || (new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is { } opened && RealPath.IsWithin(opened, root));

    /// <summary>
    /// .NET does not tell a pipe from a file; of the kernel's answers, this one lies the same in memory on every processor.
    /// </summary>
    private static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        Span<byte> answer = stackalloc byte[StatxBytes];
        return Statx(CurrentDirectory, path, 0, TypeOnly, answer) != 0
            || (MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & TypeMask) == RegularFile;
    }

    private static ImportSourceException NotAllowed() => new("not allowed: the file leads out of the folder that may be imported.");

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> answer);
}
