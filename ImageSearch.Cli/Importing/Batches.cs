namespace ImageSearch.Cli.Importing;

/// <summary>
/// Cuts a list of files into uploads: neither too many files nor too many bytes, so that one that has to be sent again costs little.
/// </summary>
internal static class Batches
{
    public const int DefaultFiles = 50;
    private const long MaximumBytes = 32_000_000;

    public static IEnumerable<IReadOnlyList<LocalFile>> Of(IEnumerable<LocalFile> files, int maximumFiles)
    {
        List<LocalFile> batch = [];
        var bytes = 0L;
        foreach (var file in files)
        {
            if (batch.Count > 0 && (batch.Count == maximumFiles || bytes + file.Length > MaximumBytes))
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(file);
            bytes += file.Length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
