namespace ImageSearch.Cli.Importing;

/// <summary>
/// Finds the files of folders, in the order of their names. Hidden ones and links are passed by: links can lead anywhere, and in circles.
/// </summary>
internal sealed class FolderWalk(bool everything)
{
    private const FileAttributes PassedBy = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint;

    // What the extractors decode.
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", ".bmp",
    };

    public List<LocalFile> Files { get; } = [];

    /// <summary>Files that do not look like pictures.</summary>
    public int Others { get; private set; }

    /// <summary>What could not be read, and why.</summary>
    public List<(string Path, string Reason)> Unreadable { get; } = [];

    /// <summary>A file is taken whatever it is called: it was named.</summary>
    /// <exception cref="UsageException">There is nothing of that name.</exception>
    public void Add(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            var file = new FileInfo(path);
            Files.Add(new LocalFile(file.FullName, file.Name, file.Length, file.LastWriteTimeUtc));
            return;
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"There is no folder or file '{path}', and a URL begins with http:// or https://.");
        }

        Walk(new DirectoryInfo(path), "", cancellationToken);
    }

    private void Walk(DirectoryInfo folder, string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable.Add((folder.FullName, "the folder cannot be read"));
            return;
        }

        Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var entry in entries.Where(entry => (entry.Attributes & PassedBy) == 0))
        {
            if (entry is DirectoryInfo below)
            {
                Walk(below, $"{prefix}{below.Name}/", cancellationToken);
            }
            else if (entry is FileInfo file)
            {
                if (everything || Extensions.Contains(file.Extension))
                {
                    Files.Add(new LocalFile(file.FullName, prefix + file.Name, file.Length, file.LastWriteTimeUtc));
                }
                else
                {
                    Others++;
                }
            }
        }
    }
}
