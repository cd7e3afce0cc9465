using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// Scans vectors of one byte per dimension and compares in float32 only what they cannot rule out (<see cref="CodeScan"/>): the same answers
/// as <see cref="ExactIndex"/> in a fraction of its time.
/// </summary>
/// <param name="threads">That may work on one search at the same time.</param>
/// <param name="allocator">Where segments lie; null: in memory.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
internal sealed class Int8Index(int dimension, int threads = 1, ColumnAllocator? allocator = null, CodeKernel? kernel = null) : SegmentedIndex(dimension, allocator)
{
    private readonly Pool<CodeScan> _scans = new(() => new CodeScan(kernel ?? CodeKernel.Best, dimension));

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) => new CodeSegment(rows, Dimension, allocator);

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
