using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// One scan of all rows for one query or a batch of them, by the thread that asks and as many others as come to help. Work is given out in
/// blocks of panels; who is free takes the next. So a helper that the thread pool has no thread for costs nothing: when it comes, nothing is
/// left to do, and nobody has waited for it.
/// </summary>
/// <remarks>
/// A block is small enough to stay in the second-level cache while every group of the batch's queries passes over it, and its scores stay in
/// the first-level cache until they are looked through, which for most is one comparison for 16 of them.
/// </remarks>
internal abstract class Scan : IThreadPoolWorkItem
{
    private const int BlockBytes = 256 * 1024;
    private const int MostBlockPanels = 63;

    /// <summary>Less is done before another thread has woken up.</summary>
    private const int BlocksWorthAThread = 4;

    private readonly Snapshot _snapshot;
    private readonly SearchOptions _options;
    private readonly TagFilter? _tag;
    private readonly CancellationToken _cancellationToken;
    private readonly object _gate = new();
    private readonly TopK[] _best;

    private int _nextBlock;
    private int _helping;
    private bool _closed;
    private Exception? _failure;

    /// <param name="panelBytes">Of a panel of what is scanned.</param>
    protected Scan(Snapshot snapshot, int queries, int panelBytes, in SearchOptions options, TagFilter? tag, CancellationToken cancellationToken)
    {
        (_snapshot, _options, _tag, _cancellationToken) = (snapshot, options, tag, cancellationToken);
        // Three panels at a time is what kernels like best.
        BlockPanels = Math.Clamp(BlockBytes / panelBytes / 3 * 3, 3, MostBlockPanels);
        _best = new TopK[queries];
        Clear(_best);
    }

    protected int Queries => _best.Length;

    protected int BlockPanels { get; }

    /// <summary>Rows of a block at most: from the scores of one query to those of the next.</summary>
    protected int Stride => BlockPanels * PanelKernel.Rows;

    /// <param name="threads">That may work on it, the caller's included.</param>
    /// <param name="results">Receives the best of each query.</param>
    public void Run(int threads, SearchResults results)
    {
        var blocks = 0;
        foreach (var part in _snapshot.Parts)
        {
            blocks += BlocksOf(part);
        }

        for (var i = 1; i < Math.Min(threads, blocks / BlocksWorthAThread); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        try
        {
            WorkAndMerge();
        }
        finally
        {
            lock (_gate)
            {
                _closed = true;
                while (_helping > 0)
                {
                    Monitor.Wait(_gate); // for the block that each helper is at, and no more: none is left to take
                }
            }
        }

        if (_failure is not null)
        {
            throw _failure;
        }

        for (var i = 0; i < _best.Length; i++)
        {
            results.Set(i, _best[i], _snapshot);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return; // too late to help: the queries are no longer there
            }

            _helping++;
        }

        try
        {
            WorkAndMerge();
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            lock (_gate)
            {
                _helping--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Memory of one thread for scores.</summary>
    protected abstract IDisposable NewScratch();

    /// <summary>Looks at a block for every query.</summary>
    /// <param name="firstRow">The number in the index of the segment's first row.</param>
    /// <param name="firstPanel">Of the segment.</param>
    /// <param name="panels">That the block has.</param>
    /// <param name="rows">Rows of the block that count; the last panel may have more.</param>
    protected abstract void Work(Segment segment, int firstRow, int firstPanel, int panels, int rows, IDisposable scratch, TopK[] best);

    /// <summary>Whether the row is a result, its score apart.</summary>
    protected bool Matches(Segment segment, int row) => segment.Matches(row, _snapshot.Version, _tag);

    private void WorkAndMerge()
    {
        var best = new TopK[Queries];
        Clear(best);
        using (var scratch = NewScratch())
        {
            Work(scratch, best);
        }

        lock (_gate)
        {
            for (var i = 0; i < best.Length; i++)
            {
                _best[i].Add(best[i]);
            }
        }
    }

    private void Work(IDisposable scratch, TopK[] best)
    {
        var (part, before) = (0, 0);
        var block = Take();
        while (part < _snapshot.Parts.Length)
        {
            var (segment, rows) = _snapshot.Parts[part];
            var blocks = BlocksOf(_snapshot.Parts[part]);
            if (block >= before + blocks)
            {
                before += blocks;
                part++;
                continue;
            }

            _cancellationToken.ThrowIfCancellationRequested();
            var first = (block - before) * BlockPanels;
            var left = Math.Min(rows - (first * PanelKernel.Rows), Stride);
            Work(segment!, part << _snapshot.SegmentShift, first, (left + PanelKernel.Rows - 1) / PanelKernel.Rows, left, scratch, best);
            GC.KeepAlive(segment); // its memory was read through pointers
            block = Take();
        }
    }

    private int Take() => Interlocked.Increment(ref _nextBlock) - 1;

    private int BlocksOf(SnapshotPart part) => (part.Rows + Stride - 1) / Stride;

    private void Clear(TopK[] best)
    {
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = new TopK(_options.K, _options.MinimumScore, _snapshot);
        }
    }
}
