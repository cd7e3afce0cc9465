using ImageSearch.Client.Images;

namespace ImageSearch.Cli.Importing;

/// <summary>A batch's share of the import's progress, which starts over when the batch has to be sent again.</summary>
internal sealed class BatchProgress(ImportTally tally, long bytes) : IProgress<UploadProgress>
{
    private long _sent;

    public void Report(UploadProgress value) => MoveTo(Math.Min(value.BytesSent, bytes));

    public void Settle() => MoveTo(bytes);

    private void MoveTo(long sent) => tally.Moved(sent - Interlocked.Exchange(ref _sent, sent));
}
