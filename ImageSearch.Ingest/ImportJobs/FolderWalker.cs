namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// Lists the pictures below a folder, depth first and in ordinal order of their names, so that an interrupted import finds its place again.
/// Files without a picture's extension and hidden ones (a leading dot) are passed over; what a file is, its content decides later.
/// Links to folders are not followed, so that no listing runs in circles.
/// </summary>
internal static class FolderWalker
{
    /// <summary>What .NET puts in the place of bytes that are not UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    private const string PathTooLong = "path too long: move it further up, or shorten the names of the folders above it.";

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", ".bmp",
    };

    private static readonly EnumerationOptions All =
        new() { AttributesToSkip = 0, ReturnSpecialDirectories = false, IgnoreInaccessible = false };

    /// <param name="after">Where an earlier listing was left, relative to the folder; whether it is still there does not matter.</param>
    public static IEnumerable<FolderEntry> Walk(string folder, string? after = null)
    {
        var left = after is null ? null : Path.Combine(folder, after);
        // Only the entries of the folders on the way are held, however many pictures there are.
        var stack = new Stack<(IEnumerator<FolderEntry> Entries, string[] Behind)>();
        stack.Push(Begin(folder, after?.Split(Path.DirectorySeparatorChar) ?? []));
        while (stack.TryPeek(out var top))
        {
            if (!top.Entries.MoveNext())
            {
                stack.Pop().Entries.Dispose();
            }
            else if (top.Entries.Current is { IsFolder: true } inner)
            {
                var isOnTheWay = top.Behind.Length > 0 && Path.GetFileName(inner.Path) == top.Behind[0];
                stack.Push(Begin(inner.Path, isOnTheWay ? top.Behind[1..] : []));
            }
            else if (top.Entries.Current.Path != left)
            {
                yield return top.Entries.Current;
            }
        }
    }

    /// <param name="rest">What is left of the path behind which the listing begins.</param>
    private static (IEnumerator<FolderEntry> Entries, string[] Behind) Begin(string folder, string[] rest)
    {
        var entries = List(folder);
        return ((rest is [var name, ..] ? entries.SkipWhile(entry => string.CompareOrdinal(Path.GetFileName(entry.Path), name) < 0) : entries).GetEnumerator(), rest);
    }

    private static List<FolderEntry> List(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", All)
                .Where(info => info.Name[0] != '.')
                .Select(info => Judge(folder, info))
                .OfType<FolderEntry>()
                .OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        }
        catch (PathTooLongException)
        {
            return [new FolderEntry(folder, PathTooLong)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new FolderEntry(folder, e is UnauthorizedAccessException
                ? "not permitted: the service may not list the folder; give it the right to read it."
                : "unreadable: the folder could not be listed.")];
        }
    }

    private static FolderEntry? Judge(string folder, FileSystemInfo info)
    {
        if (info.FullName.Length == 0)
        {
            // So .NET puts it that the path is longer than the system takes.
            return info is DirectoryInfo || Extensions.Contains(Path.GetExtension(info.Name))
                ? new FolderEntry(Path.Join(folder, info.Name), PathTooLong)
                : null;
        }

        try
        {
            var isLink = info.LinkTarget is not null;
            var isFolder = info is DirectoryInfo || (isLink && Directory.Exists(info.FullName));
            if (!isFolder && !Extensions.Contains(info.Extension))
            {
                return null;
            }

            // Only the name of which nothing had to be replaced leads to its file.
            if (info.Name.Contains(Replacement) && !isLink && !Path.Exists(info.FullName))
            {
                return new FolderEntry(info.FullName, "name not UTF-8: the file system's name has bytes that are no text; rename it.");
            }

            return (isFolder, isLink) switch
            {
                (true, true) => new FolderEntry(info.FullName, "link not followed: links to folders are not imported."),
                (true, false) => new FolderEntry(info.FullName, IsFolder: true),
                _ => new FolderEntry(info.FullName),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderEntry(info.FullName); // whoever opens it finds out
        }
    }
}
