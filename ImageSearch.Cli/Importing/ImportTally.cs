using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Importing;

/// <summary>What has become of an import's files so far; many batches report at once.</summary>
internal sealed class ImportTally(long files, long bytes)
{
    private readonly Lock _lock = new();
    private long _bytes;

    public long Files => files;

    public long Accepted { get; private set; }

    public long Duplicate { get; private set; }

    public List<ImportRejection> Rejections { get; } = [];

    /// <summary>Of the pictures that were taken or known.</summary>
    public List<ImageId> Ids { get; } = [];

    public long Settled => Accepted + Duplicate + Rejections.Count;

    public ProgressSample Sample()
    {
        lock (_lock)
        {
            return new ProgressSample(Settled, files, bytes > 0 ? Math.Clamp((double)_bytes / bytes, 0, 1) : null);
        }
    }

    public void Moved(long count)
    {
        lock (_lock)
        {
            _bytes += count;
        }
    }

    public void Taken(ImageId? id, bool isNew)
    {
        lock (_lock)
        {
            _ = isNew ? Accepted++ : Duplicate++;
            if (id is { } taken)
            {
                Ids.Add(taken);
            }
        }
    }

    public void Rejected(string source, string reason)
    {
        lock (_lock)
        {
            Rejections.Add(new ImportRejection(source, reason));
        }
    }
}
