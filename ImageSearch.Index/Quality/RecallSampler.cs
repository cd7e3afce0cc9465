using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Quality;

/// <summary>
/// Chooses the searches that are replayed. One at a time: while one is replayed, and in the pause that the budget asks for after it, others
/// are dropped. So a search never waits for a replay, and what is replayed was answered a moment ago.
/// </summary>
internal sealed class RecallSampler(IOptions<IndexOptions> options, EfTuner tuner, Random random) : IDisposable
{
    private readonly SemaphoreSlim _chosen = new(0);
    private readonly SampledSearch _sample = new();
    private int _isWanted;
    private long _dropped;

    /// <summary>Searches that were drawn while another was replayed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>As long as ef is not known to be right, every search is welcome; how many there are is the budget's to say.</summary>
    private double Rate => tuner.IsSettled ? options.Value.RecallSample : 1;

    /// <summary>Called with searches that were answered.</summary>
    /// <param name="queries">One after the other.</param>
    public void Offer(
        IVectorIndex index, ReadView snapshot, ReadOnlySpan<float> queries, in SearchOptions search, bool isOwnEf, SearchResults results)
    {
        var rate = Rate;
        if (rate == 0 || (rate < 1 && random.NextDouble() >= rate))
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _isWanted, 0, 1) == 0)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var query = results.Queries == 1 ? 0 : random.Next(results.Queries);
        _sample.Set(index, snapshot, queries.Slice(query * index.Dimension, index.Dimension), search, isOwnEf, results[query]);
        _chosen.Release();
    }

    /// <summary>Waits for the next search. One thread only; the search is its until it asks for another.</summary>
    public SampledSearch Take(CancellationToken cancellationToken)
    {
        _sample.Clear();
        Volatile.Write(ref _isWanted, 1);
        _chosen.Wait(cancellationToken);
        return _sample;
    }

    public void Dispose() => _chosen.Dispose();
}
