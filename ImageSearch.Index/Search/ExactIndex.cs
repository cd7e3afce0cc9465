using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>Compares the query with every vector in float32: the true nearest neighbours, at the speed of memory.</summary>
/// <param name="threads">That may work on one search at the same time.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
internal sealed class ExactIndex(int dimension, int threads = 1, PanelKernel? kernel = null) : SegmentedIndex(dimension)
{
    private readonly Pool<FloatScan> _scans = new(() => new FloatScan(kernel ?? PanelKernel.Best, dimension));

    protected override bool IsExact => true;

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) => new FloatSegment(rows, Dimension, allocator);

    protected override void Search(
        Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        var scan = _scans.Take();
        try
        {
            scan.Search(threads, snapshot, queries, options, tag, results, cancellationToken);
        }
        finally
        {
            _scans.Return(scan);
        }
    }
}
