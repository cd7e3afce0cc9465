using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// Scans of all rows for one query or a batch of them, one scan after the other, each by the thread that asks and as many
/// <see cref="ScanHelper"/>s as come. What each of them does is <see cref="ScanWorker"/>'s.
/// </summary>
/// <remarks>
/// Work is cut into blocks of panels. Every thread has a range of blocks of its own, as memory is read fastest in one stream for each
/// thread (<see cref="ScanRanges"/>). A helper that is late finds less to do, one that does not come is not waited for.
/// <para>
/// For a batch a block is small enough to stay in the second-level cache while every group of queries passes over it, and its scores stay
/// in the first-level cache until they are looked through, which for most is one comparison for 16 of them.
/// </para>
/// </remarks>
internal sealed class Scan(Int4ScanKernel kernel, int dimension)
{
    private const int BatchBlockBytes = 192 * 1024;
    private const int SingleBlockBytes = 256 * 1024;
    private const int MostBlockPanels = 64;

    /// <summary>Less is done before another thread has woken up.</summary>
    private const long BytesWorthAThread = 1024 * 1024;

    /// <summary>Rounds of waiting for helpers without giving up the processor; they are at their last block.</summary>
    private const int Spins = 200;

    private readonly int _panelBytes = Int4ScanKernel.PanelBytes(dimension);
    private readonly QueryCodes _queries = new(dimension);
    private readonly object _gate = new();
    private readonly ScanRanges _ranges = new();
    private ScanWorker[] _workers = [];
    private float[] _floors = [];

    private ReadView? _snapshot;
    private TagFilter? _tag;
    private SearchOptions _options;
    private CancellationToken _cancellationToken;
    private int _threads;
    private int _joined;
    private int _helping;
    private bool _open;
    private Exception? _failure;

    public int Queries { get; private set; }

    /// <summary>Rows of a block at most: from the sums of one query to those of the next.</summary>
    public int Stride { get; private set; }

    public ReadView Snapshot => _snapshot!;

    private int BlocksOfSegment => ((1 << Snapshot.SegmentShift) + Stride - 1) / Stride;

    /// <summary>Takes part in the current scan, if there is anything left to do.</summary>
    public void Help()
    {
        int number;
        lock (_gate)
        {
            if (!_open || _joined == _threads)
            {
                return; // too late: the queries are no longer there
            }

            number = _joined++;
            _helping++;
        }

        try
        {
            Work(number);
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

    /// <param name="threads">That may work on it, the caller's included.</param>
    /// <param name="queries">One after the other.</param>
    /// <param name="results">Receives the best of each query.</param>
    public void Search(
        int threads, ReadView snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
    {
        _queries.Reset(queries, results.Queries);
        (_snapshot, _options, _tag, _cancellationToken, _failure) = (snapshot, options, tag, cancellationToken, null);
        Queries = results.Queries;
        Stride = Int4ScanKernel.Rows * BlockPanels();
        var blocks = snapshot.Parts.Length * BlocksOfSegment;
        _threads = (int)Math.Clamp((long)blocks * Stride / Int4ScanKernel.Rows * _panelBytes * Queries / BytesWorthAThread, 1, threads);
        _ranges.Reset(blocks, _threads);
        Reserve();
        try
        {
            lock (_gate)
            {
                (_joined, _open) = (1, true);
            }

            if (_threads > 1)
            {
                ScanHelper.Call(this, _threads - 1);
            }

            Work(0);
        }
        finally
        {
            Close();
        }

        if (_failure is not null)
        {
            throw _failure;
        }

        for (var query = 0; query < Queries; query++)
        {
            var best = _workers[0].Best[query];
            for (var i = 1; i < _joined; i++)
            {
                best.Add(_workers[i].Best[query]);
            }

            results.Set(query, best, snapshot);
        }

        _snapshot = null; // its segments may be dropped before the next scan
    }

    /// <summary>Whether the row is a result, its score apart.</summary>
    public bool Matches(Segment segment, int row) => segment.Matches(row, Snapshot.Version, _tag);

    /// <summary>
    /// Lets threads profit from each other's results: what is below the k-th best of one is not among the best of all. A value that
    /// overwrites a higher one at the same time does no harm; both are true.
    /// </summary>
    /// <param name="threshold">Below which this thread knows that nothing is among the best.</param>
    public void Share(int query, TopK best, float threshold)
    {
        if (_threads == 1)
        {
            return;
        }

        var floor = Volatile.Read(ref _floors[query]);
        if (threshold > floor)
        {
            Volatile.Write(ref _floors[query], threshold);
        }
        else
        {
            best.Raise(floor);
        }
    }

    /// <summary>Three panels at a time is what the kernels like best for batches; one query just streams.</summary>
    private int BlockPanels() => Queries == 1
        ? Math.Clamp(SingleBlockBytes / _panelBytes, 1, MostBlockPanels)
        : Math.Clamp(BatchBlockBytes / _panelBytes / 3 * 3, 3, MostBlockPanels / 2 / 3 * 3);

    private void Reserve()
    {
        if (_workers.Length < _threads)
        {
            var workers = _workers;
            _workers = [.. workers, .. Enumerable.Range(workers.Length, _threads - workers.Length).Select(
                _ => new ScanWorker(this, kernel, _queries, dimension))];
        }

        if (_floors.Length < Queries)
        {
            _floors = new float[Queries];
        }

        Array.Fill(_floors, _options.MinimumScore, 0, Queries);
    }

    private void Work(int number)
    {
        var worker = _workers[number];
        worker.Reset(_options);
        var blocksOfSegment = BlocksOfSegment;
        while (_ranges.TryTake(number, Volatile.Read(ref _joined), out var block))
        {
            var slot = block / blocksOfSegment;
            var (segment, rows) = Snapshot.Parts[slot];
            var first = block % blocksOfSegment * Stride;
            if (first >= rows)
            {
                continue; // not filled yet, or dropped
            }

            _cancellationToken.ThrowIfCancellationRequested();
            rows = Math.Min(rows - first, Stride);
            worker.Look((CodeSegment)segment!, slot << Snapshot.SegmentShift, first / Int4ScanKernel.Rows, rows);
        }

        worker.Finish();
    }

    /// <summary>
    /// Nobody comes any more, and who is here is waited for: for the block that each is at, and no more, as none is left to take.
    /// </summary>
    private void Close()
    {
        lock (_gate)
        {
            _open = false;
        }

        for (var i = 0; i < Spins && Volatile.Read(ref _helping) > 0; i++)
        {
            Thread.SpinWait(20);
        }

        lock (_gate)
        {
            while (_helping > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
