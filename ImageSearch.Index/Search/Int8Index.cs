using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>
/// Scans vectors of one byte per dimension and compares in float32 only what they cannot rule out (<see cref="CodeScan"/>): the same answers
/// as <see cref="ExactIndex"/> in a fraction of its time.
/// </summary>
/// <param name="threads">That may work on one search at the same time.</param>
/// <param name="kernel">Null: the fastest that the processor runs.</param>
internal sealed unsafe class Int8Index(int dimension, int threads = 1, CodeKernel? kernel = null) : SegmentedIndex(dimension)
{
    private readonly CodeKernel _kernel = kernel ?? CodeKernel.Best;

    protected override Segment NewSegment(int rows) => new CodeSegment(rows, Dimension);

    protected override TopK[] Scan(Snapshot snapshot, ReadOnlySpan<float> queries, SearchFilter filter, CancellationToken cancellationToken)
    {
        fixed (float* values = queries)
        {
            using var codes = new QueryCodes(values, queries.Length / Dimension, Dimension);
            return new CodeScan(_kernel, snapshot, codes, Dimension, filter, cancellationToken).Run(threads);
        }
    }
}
