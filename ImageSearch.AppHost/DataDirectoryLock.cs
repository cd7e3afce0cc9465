namespace ImageSearch.AppHost;

/// <summary>
/// Keeps a second AppHost from the data directory: two brokers or databases on the same files ruin them. It goes with the process.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private FileStream? _file;

    /// <returns>What to do when another AppHost has the directory; null when it is this one's now.</returns>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    public string? Take(string directory)
    {
        var path = Path.Combine(directory, ".apphost.lock");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (IOException) when (File.Exists(path))
        {
            return $"The data directory {directory} is used by another AppHost: end it, or choose another directory with --data DIR.";
        }
    }

    public void Dispose() => _file?.Dispose();
}
