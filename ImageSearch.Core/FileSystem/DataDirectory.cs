namespace ImageSearch.Core.FileSystem;

/// <summary>The data directory, or the database in it, cannot be used. The message is a sentence with the path and what to do.</summary>
public sealed class UnusableDataException(string message, Exception? innerException = null) : InvalidOperationException(
    message, innerException);

/// <summary>Finds out whether the data directory can be used, before a service starts.</summary>
internal static class DataDirectory
{
    /// <param name="create">Makes what else has to be there.</param>
    /// <exception cref="UnusableDataException">
    /// It cannot be used. A full disk is no reason: what is there can be searched, and deleted.
    /// </exception>
    public static void Check(string directory, Action create)
    {
        if (File.Exists(directory))
        {
            throw new UnusableDataException($"The data directory {directory} is a file: give Data:Directory the path of a directory.");
        }

        try
        {
            Directory.CreateDirectory(directory);
            create();
            StorageMonitor.Probe(directory);
        }
        catch (Exception e) when (StorageFaults.Find(e, directory) is { } failure)
        {
            if (!failure.IsFull)
            {
                throw new UnusableDataException(Directory.Exists(directory) ? failure.Message : NotCreated(directory, e), e);
            }
        }
    }

    private static string NotCreated(string directory, Exception cause) =>
        $"The data directory {directory} cannot be created: create it, or give Data:Directory another path ({cause.Message.TrimEnd('.', ' ')}).";
}
