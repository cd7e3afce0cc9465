using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The queries of one search after the other, answered by the thread that asks and by others of the pool as far as they come: whoever is
/// free takes the next query. Nobody waits for one that does not come; who comes late helps with the next search, or with none.
/// </summary>
internal sealed unsafe class GraphBatchSearch(GraphIndex index) : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private ReadView? _snapshot;
    private TagFilter? _tag;
    private SearchResults? _results;
    private SearchOptions _options;
    private CancellationToken _cancellationToken;
    private float* _queries;
    private Exception? _failure;
    private int _next;
    private int _helping;
    private int _places;

    /// <param name="threads">The caller's included.</param>
    /// <param name="queries">Stay where they are meanwhile.</param>
    public void Run(
        int threads, ReadView snapshot, float* queries, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            (_snapshot, _options, _tag, _results, _cancellationToken) = (snapshot, options, tag, results, cancellationToken);
            (_next, _failure, _places) = (0, null, threads - 1);
            _queries = queries;
        }

        for (var i = 1; i < threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        try
        {
            Work();
        }
        finally
        {
            lock (_gate)
            {
                _places = 0;
                while (_helping > 0)
                {
                    Monitor.Wait(_gate); // for the query that each is at: none is left to take
                }

                (_snapshot, _tag, _results) = (null, null, null);
            }
        }

        if (_failure is not null)
        {
            throw _failure;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_places == 0)
            {
                return;
            }

            _places--;
            _helping++;
        }

        try
        {
            Work();
        }
        catch (Exception e)
        {
            _failure = e; // thrown by the thread that asked
        }
        finally
        {
            lock (_gate)
            {
                _helping--;
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Work()
    {
        for (var query = Interlocked.Increment(ref _next) - 1; query < _results!.Queries; query = Interlocked.Increment(ref _next) - 1)
        {
            var vector = new ReadOnlySpan<float>(_queries + ((nint)query * index.Dimension), index.Dimension);
            index.Answer(_snapshot!, vector, query, _options, _tag, _results, _cancellationToken);
        }
    }
}
