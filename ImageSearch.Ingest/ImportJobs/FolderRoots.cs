using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// Which folders may be imported: those whose real path, all links followed, lies below the real path of a configured root. What lies
/// outside gets the same answer whether it exists or not.
/// </summary>
internal sealed class FolderRoots(IOptions<IngestOptions> options)
{
    /// <param name="folder">Absolute, or relative to one of the roots.</param>
    /// <exception cref="ProblemException">It is not allowed, or not there. The message names no path.</exception>
    public AllowedFolder Find(string folder)
    {
        if (folder.Length == 0 || folder.Any(char.IsControl) || folder.Split('/', '\\').Contains(".."))
        {
            throw NotAllowed();
        }

        var inside = false;
        foreach (var root in options.Value.FolderRoots)
        {
            // A root may be a link itself, and may have been mounted since the start.
            if (RealPath.Of(root) is not { } realRoot || (Path.IsPathRooted(folder) && !IsBelow(folder, root, realRoot)))
            {
                continue;
            }

            if (RealPath.Of(Path.Combine(root, folder)) is not { } real)
            {
                inside = true;
            }
            else if (RealPath.IsWithin(real, realRoot) && Directory.Exists(real))
            {
                return new AllowedFolder(real, realRoot);
            }
        }

        throw inside
            ? new ProblemException(StatusCodes.Status400BadRequest, "folder-not-found", "There is no such folder: check its name.")
            : NotAllowed();
    }

    private static bool IsBelow(string folder, string root, string realRoot)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return RealPath.IsWithin(full, Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))) || RealPath.IsWithin(full, realRoot);
    }

    private static ProblemException NotAllowed() => new(
        StatusCodes.Status400BadRequest,
        "folder-not-allowed",
        "This folder may not be imported: give one below a root that the operator allows (Ingest:FolderRoots).");
}
