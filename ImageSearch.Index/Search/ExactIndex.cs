using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// The true nearest neighbours, by a scan of four bits per dimension. Only what these cannot rule out is compared in float32
/// (<see cref="ScanWorker"/> has the proof).
/// </summary>
/// <param name="threads">That may work on one search at the same time.</param>
/// <param name="allocator">Where segments lie; null: in memory.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
internal sealed class ExactIndex(
    int dimension, int threads = 1, ColumnAllocator? allocator = null, Int4ScanKernel? kernel = null) : SegmentedIndex(dimension, allocator)
{
    private readonly Pool<Scan> _scans = new(() => new Scan(kernel ?? Int4ScanKernel.Best, dimension));

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) => new CodeSegment(rows, Dimension, allocator);

    protected override void Search(
        ReadView snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
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
