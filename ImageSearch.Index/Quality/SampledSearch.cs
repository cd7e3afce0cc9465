using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Quality;

/// <summary>A search as it was answered, and the index as it was then. One object is used for all of them, one after the other.</summary>
internal sealed class SampledSearch
{
    private float[] _query = [];
    private ShardHit[] _hits = [];
    private int _count;

    public IVectorIndex? Index { get; private set; }

    /// <summary>
    /// What the search saw. The truth is looked for in the same: what was added, changed or deleted since is neither expected nor missed.
    /// </summary>
    public ReadView? Snapshot { get; private set; }

    public SearchOptions Options { get; private set; }

    /// <summary>Whether ef was the index's choice, not the request's.</summary>
    public bool IsOwnEf { get; private set; }

    public ReadOnlySpan<float> Query => _query;

    public ReadOnlySpan<ShardHit> Hits => _hits.AsSpan(0, _count);

    public void Set(
        IVectorIndex index, ReadView snapshot, ReadOnlySpan<float> query, in SearchOptions options, bool isOwnEf,
        ReadOnlySpan<ShardHit> hits)
    {
        (Index, Snapshot, Options, IsOwnEf, _count) = (index, snapshot, options, isOwnEf, hits.Length);
        if (_query.Length != query.Length)
        {
            _query = new float[query.Length];
        }

        if (_hits.Length < hits.Length)
        {
            _hits = new ShardHit[hits.Length];
        }

        query.CopyTo(_query);
        hits.CopyTo(_hits);
    }

    /// <summary>Lets go of the index: it may be large, and another one may serve by now.</summary>
    public void Clear() => (Index, Snapshot) = (null, null);
}
