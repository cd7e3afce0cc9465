using System.Collections.Concurrent;
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
    int dimension, GraphParameters parameters, int threads = 1, ColumnAllocator? allocator = null, RowKernel? kernel = null, GraphPlan? plan = null)
    : SegmentedIndex(dimension, allocator)
{
    private readonly RowKernel _kernel = kernel ?? RowKernel.Best;
    private readonly GraphPlan _plan = plan ?? new GraphPlan();
    private readonly LinkGraph _graph = new(kernel ?? RowKernel.Best, parameters, threads);
    private readonly ConcurrentBag<GraphSearcher> _searchers = [];
    private RowTable _table = new([], 0, 0, 0);
    private int _end;

    public GraphParameters Parameters => parameters;

    protected override long ExtraGraphBytes => _graph.UpperBytes;

    public override bool MovesRows => false;

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) => new GraphSegment(rows, Dimension, parameters.Links, allocator);

    protected override void Link(IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        _end = rows[^1] + 1;
        var segments = Segments();
        var levels = new byte[rows.Count];
        var (living, known) = (0, 0L);
        for (var i = 0; i < rows.Count; i++)
        {
            var (segment, row) = (Segment(rows[i]), rows[i] & (SegmentRows - 1));
            levels[i] = (byte)GraphLevels.Of(segment.Id(row), parameters.Seed, parameters.M);
            living += segment.IsAlive(row, int.MaxValue) ? 1 : 0;
        }

        foreach (var segment in segments)
        {
            known += segment!.Rows - segment.Dead;
        }

        if (known == living)
        {
            _graph.Clear(); // what was there before is dead, all of it
        }

        _graph.Add(_table, rows[0], levels, new LivingRows(segments, SegmentShift));
    }

    protected override object SnapshotState() => new GraphState(_graph.View(_table), _end, _end);

    protected override void Search(
        Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_searchers.TryTake(out var searcher))
        {
            searcher = new GraphSearcher(_kernel, Dimension, parameters.Links);
        }

        var ef = Math.Max(Math.Min(options.Ef == 0 ? parameters.Ef : options.Ef, parameters.MaximumEf), options.K);
        var matching = Math.Min(tag?.Rows ?? snapshot.Alive, snapshot.Alive);
        var scans = _plan.Scans(((GraphState)snapshot.State!).Rows, matching, ef);
        for (var i = 0; i < results.Queries; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var query = queries.Slice(i * Dimension, Dimension);
            var best = scans ? searcher.Scan(snapshot, query, options, tag, cancellationToken) : searcher.Follow(snapshot, query, ef, options, tag);
            results.Set(i, best, snapshot);
        }

        _searchers.Add(searcher);
    }

    /// <summary>The segments by slot, and a table with all of them.</summary>
    private Segment?[] Segments()
    {
        var segments = new Segment?[((_end - 1) >> SegmentShift) + 1];
        for (var slot = 0; slot < segments.Length; slot++)
        {
            segments[slot] = Segment(slot << SegmentShift);
        }

        if (segments.Length != _table.Owners.Length)
        {
            _table = new RowTable(segments!, SegmentShift, RowKernel.Padded(Dimension), parameters.Links);
            for (var slot = 0; slot < segments.Length; slot++)
            {
                var segment = (GraphSegment)segments[slot]!;
                _table.Set(slot, segment.Codes(0), segment.Scales, segment.Links);
            }
        }

        return segments;
    }
}
