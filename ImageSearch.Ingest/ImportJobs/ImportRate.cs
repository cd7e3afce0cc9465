namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// How many sources an import settles in a second, over the last seconds: a pause or a slow server shows soon, a single source does not.
/// </summary>
internal sealed class ImportRate
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, long Position)> _samples = new();
    private readonly TimeProvider _time;

    /// <param name="position">Where the work begins.</param>
    public ImportRate(long position, TimeProvider time)
    {
        _time = time;
        _samples.Enqueue((time.GetTimestamp(), position));
    }

    /// <returns>The rate with this sample; null when no time has passed.</returns>
    public double? Sample(long position)
    {
        var now = _time.GetTimestamp();
        // One that is older than the span stays, so that there is always one to compare with.
        while (_samples.Count > 1 && _time.GetElapsedTime(_samples.ElementAt(1).At, now) >= Span)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue((now, position));
        var (at, first) = _samples.Peek();
        var elapsed = _time.GetElapsedTime(at, now).TotalSeconds;
        return elapsed > 0 ? (position - first) / elapsed : null;
    }
}
