namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Paths with every link in every component followed, as realpath(3) does: .NET follows only the last one.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MaximumLinks = 40;

    /// <returns>The real path, or null when the path does not exist or its links lead nowhere.</returns>
    public static string? Of(string path) => Follow(path) is { } real && Path.Exists(real) ? real : null;

    /// <returns>Where the path leads, whether there is anything or not; null when its links run in a circle.</returns>
    public static string? Follow(string path)
    {
        var root = Path.GetPathRoot(path);
        if (string.IsNullOrEmpty(root))
        {
            return null;
        }

        var rest = new Stack<string>(Components(path[root.Length..]));
        var real = root;
        for (var links = 0; rest.TryPop(out var component);)
        {
            var next = component == ".." ? Path.GetDirectoryName(real) ?? root : Path.Combine(real, component);
            if (component != ".." && Link(next) is { } target)
            {
                if (++links > MaximumLinks)
                {
                    return null;
                }

                // The target may have links, and "..", in it: it is walked like the path itself.
                var targetRoot = Path.GetPathRoot(target) ?? "";
                real = targetRoot.Length > 0 ? targetRoot : real;
                foreach (var part in Components(target[targetRoot.Length..]))
                {
                    rest.Push(part);
                }

                continue;
            }

            real = next;
        }

        return real;
    }

    /// <summary>Whether a real path is the real folder or lies below it.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Link(string path) => new FileInfo(path).LinkTarget;

    /// <summary>Last component first, as a stack wants them.</summary>
    private static IEnumerable<string> Components(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".")
            .Reverse();
}
