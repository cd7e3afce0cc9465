namespace ImageSearch.Index.Quality;

/// <summary>The recall of the last searches that were replayed.</summary>
/// <param name="size">Searches.</param>
internal sealed class RecallWindow(int size = RecallWindow.DefaultSize)
{
    public const int DefaultSize = 1000;

    private readonly Lock _gate = new();
    private readonly Recall[] _last = new Recall[size];
    private long _found;
    private long _expected;
    private long _samples;

    /// <summary>Searches that were replayed, ever.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Of all results that they should have, those that they had, 0..1; null before the first.</summary>
    public double? Value
    {
        get
        {
            lock (_gate)
            {
                return _expected == 0 ? null : (double)_found / _expected;
            }
        }
    }

    public void Add(Recall recall)
    {
        lock (_gate)
        {
            ref var oldest = ref _last[_samples % size];
            _found += recall.Found - oldest.Found;
            _expected += recall.Expected - oldest.Expected;
            oldest = recall;
            _samples++;
        }
    }
}
