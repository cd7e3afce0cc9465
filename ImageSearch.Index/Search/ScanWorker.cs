using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>What one thread of a scan has for itself.</summary>
internal class ScanWorker
{
    private TopK[] _best = [];

    /// <summary>The best of what this thread has seen, by query; there may be more of them than queries.</summary>
    public ReadOnlySpan<TopK> Best => _best;

    public virtual void Reset(int queries, in SearchOptions options, Snapshot snapshot) => Reset(ref _best, queries, options.K, options.MinimumScore, snapshot);

    protected static void Reset(ref TopK[] heaps, int queries, int k, float minimumScore, Snapshot snapshot)
    {
        if (heaps.Length < queries)
        {
            heaps = new TopK[queries];
        }

        for (var i = 0; i < queries; i++)
        {
            (heaps[i] ??= new TopK(k, minimumScore, snapshot)).Reset(k, minimumScore, snapshot);
        }
    }
}
