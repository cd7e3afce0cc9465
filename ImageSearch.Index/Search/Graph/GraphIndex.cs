using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Finds most of the nearest, and usually all of them, by following links from near to nearer (HNSW): in a time that hardly grows with the
/// collection. Where few rows match, it compares all of those instead.
/// </summary>
/// <param name="threads">That may answer the queries of one search, or link the rows of one change, at the same time.</param>
/// <param name="allocator">Where segments lie; null: in memory.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
/// <param name="plan">Null: the usual.</param>
internal sealed unsafe partial class GraphIndex(
    int dimension, GraphParameters parameters, int threads = 1, ColumnAllocator? allocator = null, Int8DotKernel? kernel = null,
    GraphPlan? plan = null)
    : SegmentedIndex(dimension, allocator)
{
    private readonly GraphPlan _plan = plan ?? new GraphPlan();
    private readonly LinkGraph _graph = new(kernel ?? Int8DotKernel.Best, parameters, threads);
    private readonly Pool<GraphSearcher> _searchers = new(
        () => new GraphSearcher(kernel ?? Int8DotKernel.Best, dimension, parameters.Links));
    private Pool<GraphBatchSearch>? _batches;
    private RowTable _table = new([], 0, 0, 0);
    private int _end;

    public GraphParameters Parameters => parameters;

    protected override long ExtraGraphBytes => _graph.UpperBytes;

    protected override long ScratchBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var searcher in _searchers.Made)
            {
                bytes += searcher.Bytes;
            }

            return bytes;
        }
    }

    public override bool MovesRows => false;

    protected override bool RenewsRows => true;

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) =>
        new GraphSegment(rows, Dimension, parameters.Links, allocator);

    /// <summary>Answers one query of a search.</summary>
    public void Answer(
        ReadView snapshot, ReadOnlySpan<float> vector, int query, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (snapshot.State is not GraphState state)
        {
            return; // nothing was ever added
        }

        var ef = Math.Max(Math.Min(options.Ef == 0 ? parameters.Ef : options.Ef, parameters.MaximumEf), options.K);
        var matching = Math.Min(tag?.Rows ?? snapshot.Alive, snapshot.Alive);
        var searcher = _searchers.Take();
        try
        {
            var best = _plan.Scans(state.End, matching, ef)
                ? searcher.Scan(snapshot, vector, options, tag, cancellationToken)
                : searcher.Follow(snapshot, vector, ef, options, tag, cancellationToken);
            results.Set(query, best, snapshot);
        }
        finally
        {
            searcher.End();
            _searchers.Return(searcher);
        }
    }

    protected override void Forget() => _graph.Clear();

    protected override void Link(IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
        {
            _end = Slots == 0 ? 0 : _end;
            return;
        }

        _end = rows[^1] + 1;
        UpdateTable();
        var levels = new byte[rows.Count];
        var added = 0L;
        for (var i = 0; i < rows.Count; i++)
        {
            var (segment, row) = (Segment(rows[i]), rows[i] & (SegmentRows - 1));
            levels[i] = (byte)GraphLevels.Of(segment.Id(row), parameters.Seed, parameters.M);
            added += segment.IsAlive(row, int.MaxValue) ? 1 : 0;
        }

        if (_table.Owners.Sum(owner => (long)((Segment)owner).Rows - ((Segment)owner).Dead) == added)
        {
            _graph.Clear(); // what was there before is dead, all of it
        }

        _graph.Add(_table, rows[0], levels, new LivingRows(_table.Owners, SegmentShift));
    }

    protected override object SnapshotState() => new GraphState(_graph.View(_table), _end);

    protected override void Search(
        ReadView snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
    {
        if (results.Queries == 1 || threads == 1)
        {
            for (var query = 0; query < results.Queries; query++)
            {
                Answer(snapshot, queries.Slice(query * Dimension, Dimension), query, options, tag, results, cancellationToken);
            }

            return;
        }

        var batches = _batches
            ?? Interlocked.CompareExchange(ref _batches, new Pool<GraphBatchSearch>(() => new GraphBatchSearch(this)), null) ?? _batches;
        var batch = batches.Take();
        try
        {
            fixed (float* vectors = queries)
            {
                batch.Run(Math.Min(threads, results.Queries), snapshot, vectors, options, tag, results, cancellationToken);
            }
        }
        finally
        {
            batches.Return(batch);
        }
    }

    /// <summary>Has all segments in the table, where their columns are now.</summary>
    private void UpdateTable()
    {
        var segments = new GraphSegment[((_end - 1) >> SegmentShift) + 1];
        for (var slot = 0; slot < segments.Length; slot++)
        {
            segments[slot] = (GraphSegment)Segment(slot << SegmentShift);
        }

        if (segments.AsSpan().SequenceEqual(_table.Owners))
        {
            return;
        }

        _table = new RowTable(segments, SegmentShift, Int8DotKernel.Padded(Dimension), parameters.Links);
        for (var slot = 0; slot < segments.Length; slot++)
        {
            _table.Set(slot, segments[slot].Codes(0), segments[slot].Scales, segments[slot].Links);
        }
    }
}
