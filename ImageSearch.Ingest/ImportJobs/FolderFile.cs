namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Opens files of a folder import.</summary>
internal static class FolderFile
{
    /// <exception cref="ImportSourceException">It lies outside the root, all links followed, or cannot be read.</exception>
    public static FileStream Open(string path, string root)
    {
        try
        {
            if (RealPath.Of(path) is not { } real || !RealPath.IsWithin(real, root))
            {
                throw NotAllowed();
            }

            // Pipes and devices have no length: opening them could block for ever.
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportSourceException("unreadable: the file could not be read.");
        }
    }

    /// <summary>Whoever writes to the folder may swap a link in between check and opening: the kernel knows what was opened.</summary>
    private static bool IsStillWithin(FileStream file, string root) =>
        !OperatingSystem.IsLinux()
        || (new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is { } opened && RealPath.IsWithin(opened, root));

    private static ImportSourceException NotAllowed() => new("not allowed: the file leads out of the folder that may be imported.");
}
