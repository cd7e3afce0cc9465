using System.Buffers;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>Compares the query with every vector in float32: the true nearest neighbours, at the speed of memory.</summary>
/// <param name="threads">That may work on one search at the same time.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
internal sealed unsafe class ExactIndex(int dimension, int threads = 1, PanelKernel? kernel = null) : SegmentedIndex(dimension)
{
    private readonly PanelKernel _kernel = kernel ?? PanelKernel.Best;

    protected override bool IsExact => true;

    protected override Segment NewSegment(int rows, ColumnAllocator allocator) => new FloatSegment(rows, Dimension, allocator);

    protected override void Search(
        Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        var count = results.Queries;
        if (count == 1)
        {
            fixed (float* values = queries)
            {
                new FloatScan(_kernel, snapshot, values, 1, Dimension, options, tag, cancellationToken).Run(threads, results);
            }

            return;
        }

        var group = _kernel.BatchQueries * Dimension;
        var groups = (count + _kernel.BatchQueries - 1) / _kernel.BatchQueries;
        var interleaved = ArrayPool<float>.Shared.Rent(groups * group);
        try
        {
            for (var g = 0; g < groups; g++)
            {
                _kernel.Interleave(queries[(g * group)..Math.Min((g + 1) * group, queries.Length)], Dimension, interleaved.AsSpan(g * group, group));
            }

            fixed (float* values = interleaved)
            {
                new FloatScan(_kernel, snapshot, values, count, Dimension, options, tag, cancellationToken).Run(threads, results);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(interleaved);
        }
    }
}
