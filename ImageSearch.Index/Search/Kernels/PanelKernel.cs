using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>
/// Inner products of queries with vectors that lie in panels. A panel holds <see cref="Rows"/> vectors, interleaved dimension by dimension:
/// <code>
/// dimension 0: row 0, row 1, … row 15
/// dimension 1: row 0, row 1, … row 15
/// …
/// </code>
/// One load brings the same dimension of all rows, the query's value is broadcast, and each lane sums up one row: nothing is added across
/// lanes, and memory is read as one sequential stream, which is what the hardware prefetches best.
/// </summary>
/// <remarks>The pointers are of memory that the caller keeps alive, aligned to <see cref="Alignment"/> where they point to panels.</remarks>
internal abstract unsafe class PanelKernel
{
    /// <summary>Vectors of a panel.</summary>
    public const int Rows = 16;

    /// <summary>In bytes: a cache line.</summary>
    public const int Alignment = 64;

    /// <summary>The fastest that this processor runs, chosen once.</summary>
    public static PanelKernel Best { get; } =
        Avx512F.IsSupported && Vector512.IsHardwareAccelerated ? new Avx512PanelKernel()
        : Avx2.IsSupported && Fma.IsSupported ? new Avx2PanelKernel()
        : new PortablePanelKernel();

    /// <summary>Queries that <see cref="ScoreBatch"/> takes at once.</summary>
    public abstract int BatchQueries { get; }

    /// <summary>Scores one query against panels.</summary>
    /// <param name="query"><paramref name="dimension"/> floats.</param>
    /// <param name="scores">Receives <see cref="Rows"/> × <paramref name="count"/> floats.</param>
    public abstract void Score(float* panels, int count, float* query, int dimension, float* scores);

    /// <summary>Scores <see cref="BatchQueries"/> queries against panels.</summary>
    /// <param name="queries">Interleaved: dimension 0 of every query, dimension 1 of every query, … (<see cref="Interleave"/>).</param>
    /// <param name="present">Queries that are there; scores of the others may be left out.</param>
    /// <param name="scores">Receives, for each query, <paramref name="stride"/> floats of which the first <see cref="Rows"/> × <paramref name="count"/> are written.</param>
    /// <param name="ahead">
    /// Fetched into the second-level cache meanwhile, evenly. Several groups of queries pass over the same panels, the first of them waiting for
    /// memory and the others not needing it: so what comes next can be there when it is its turn. It is a hint; any address will do.
    /// </param>
    /// <param name="aheadBytes">Of <paramref name="ahead"/>; 0 fetches nothing.</param>
    public abstract void ScoreBatch(
        float* panels, int count, float* queries, int present, int dimension, float* scores, int stride, byte* ahead, int aheadBytes);

    /// <summary>Brings queries, row after row, into the order that <see cref="ScoreBatch"/> reads; missing ones become zeros.</summary>
    public void Interleave(ReadOnlySpan<float> queries, int dimension, Span<float> interleaved)
    {
        var count = queries.Length / dimension;
        for (var d = 0; d < dimension; d++)
        {
            for (var q = 0; q < BatchQueries; q++)
            {
                interleaved[(d * BatchQueries) + q] = q < count ? queries[(q * dimension) + d] : 0;
            }
        }
    }
}
