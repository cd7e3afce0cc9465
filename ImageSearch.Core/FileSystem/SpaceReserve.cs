using Microsoft.Extensions.Options;

namespace ImageSearch.Core.FileSystem;

/// <summary>
/// A file that takes up room until the disk is full: then it is removed, so that what frees space (a deletion) has the room for its own
/// write. All processes of a data directory share it.
/// </summary>
internal sealed class SpaceReserve(IOptions<DataOptions> options)
{
    /// <summary>More than deleting a few pictures writes to the database's log.</summary>
    private const long Bytes = 2 << 20;

    /// <summary>With less room than this, the reserve would do more harm than good.</summary>
    private const long RoomToRestore = 2 * Bytes;

    private string Path => System.IO.Path.Combine(options.Value.Directory, "reserve");

    /// <returns>Whether there was a reserve, so that another try makes sense.</returns>
    public bool Release()
    {
        try
        {
            var there = File.Exists(Path);
            File.Delete(Path);
            return there;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Makes it (anew) when there is room. That it cannot be made is no failure: deletions on a full disk may fail then.</summary>
    public void Restore()
    {
        try
        {
            if (!File.Exists(Path) && StorageFaults.HasRoom(options.Value.Directory, RoomToRestore))
            {
                // Bytes are written, not just declared: not every file system keeps what is only declared.
                File.WriteAllBytes(Path, new byte[Bytes]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Release();
        }
    }
}
