using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// Where a search puts what it found. Used again for the next search it allocates nothing, unless that one asks for more.
/// </summary>
internal sealed class SearchResults
{
    private ShardHit[] _hits = [];
    private int[] _counts = [];
    private int _k;

    /// <summary>Queries that were answered.</summary>
    public int Queries { get; private set; }

    /// <summary>Hits that there is room for.</summary>
    public int Capacity => _hits.Length;

    /// <summary>Best first; ties by id. Valid until the next search.</summary>
    public ReadOnlySpan<ShardHit> this[int query] => _hits.AsSpan(query * _k, _counts.AsSpan(0, Queries)[query]);

    /// <summary>Makes room, and empties it.</summary>
    public void Reset(int queries, int k)
    {
        (Queries, _k) = (queries, k);
        if (_hits.Length < (long)queries * k)
        {
            _hits = new ShardHit[queries * k];
        }

        if (_counts.Length < queries)
        {
            _counts = new int[queries];
        }

        _counts.AsSpan(0, queries).Clear();
    }

    /// <summary>Takes the best of a query over, which uses them up.</summary>
    public void Set(int query, TopK best, ReadView snapshot)
    {
        var sorted = best.Sort();
        var hits = _hits.AsSpan(query * _k, _k);
        for (var i = 0; i < sorted.Length; i++)
        {
            hits[i] = new ShardHit(snapshot.Id(sorted[i].Row), sorted[i].Score);
        }

        _counts[query] = sorted.Length;
    }
}
