namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// Lists the pictures below a folder, depth first and in ordinal order of their names, so that an interrupted import finds its place again.
/// Files without a picture's extension and hidden ones (a leading dot) are passed over; what a file is, its content decides later.
/// Links to folders are not followed, so that no listing runs in circles.
/// </summary>
internal static class FolderWalker
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", ".bmp",
    };

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, ReturnSpecialDirectories = false, IgnoreInaccessible = false };

    public static IEnumerable<FolderEntry> Walk(string folder)
    {
        // Only the entries of the folders on the way are held, however many pictures there are.
        var stack = new Stack<IEnumerator<FolderEntry>>();
        stack.Push(List(folder).GetEnumerator());
        while (stack.TryPeek(out var entries))
        {
            if (!entries.MoveNext())
            {
                stack.Pop().Dispose();
            }
            else if (entries.Current.IsFolder)
            {
                stack.Push(List(entries.Current.Path).GetEnumerator());
            }
            else
            {
                yield return entries.Current;
            }
        }
    }

    private static List<FolderEntry> List(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", All)
                .Where(info => info.Name[0] != '.')
                .Select(Judge)
                .OfType<FolderEntry>()
                .OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new FolderEntry(folder, "unreadable: the folder could not be listed.")];
        }
    }

    private static FolderEntry? Judge(FileSystemInfo info)
    {
        var isLink = info.LinkTarget is not null;
        return (info is DirectoryInfo || (isLink && Directory.Exists(info.FullName)), isLink) switch
        {
            (true, true) => new FolderEntry(info.FullName, "link not followed: links to folders are not imported."),
            (true, false) => new FolderEntry(info.FullName, IsFolder: true),
            _ => Extensions.Contains(info.Extension) ? new FolderEntry(info.FullName) : null,
        };
    }
}
