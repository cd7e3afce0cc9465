namespace ImageSearch.Index.Snapshots;

/// <summary>Slows a copy down, so that searches do not feel it: memory is what both need.</summary>
internal static class Pace
{
    /// <summary>Less than a hundredth of what memory gives; a million vectors of 512 dimensions take 8 s.</summary>
    private const double BytesPerSecond = 256 * 1024 * 1024;

    /// <summary>Waits until that many bytes are due.</summary>
    public static void Wait(long bytes, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var due = TimeSpan.FromSeconds(bytes / BytesPerSecond) - elapsed;
        if (due > TimeSpan.Zero)
        {
            cancellationToken.WaitHandle.WaitOne(due);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
