namespace ImageSearch.Index.Snapshots;

/// <summary>The directory that shards of several models, and replicas of one, keep their snapshots in.</summary>
internal sealed class SnapshotDirectory(string path)
{
    public string PathOf(SnapshotIdentity identity) => Path.Combine(path, identity.FileName);

    /// <summary>Makes sure that it is there, and removes what processes left that ended while they wrote.</summary>
    /// <returns>Files that were removed.</returns>
    public int Prepare()
    {
        Directory.CreateDirectory(path);
        return Directory.EnumerateFiles(path, $"*{SnapshotFile.Extension}.*{SnapshotFile.TemporaryExtension}").Count(RemoveUnlessInUse);
    }

    private static bool RemoveUnlessInUse(string file)
    {
        try
        {
            // Who writes it holds it open in a way that does not go together with this.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
