using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>Four dimensions of 16 rows are two registers.</summary>
internal sealed unsafe class Avx2CodeKernel : CodeKernel
{
    private const int Half = Rows / 2;
    private const int Register = Half * Step;

    public override void Score(byte* panels, int count, sbyte* query, int padded, int* sums)
    {
        for (var p = 0; p < count; p++, panels += (nint)padded * Rows, sums += Rows)
        {
            ScorePanel(panels, query, Step, padded, sums);
        }
    }

    public override void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        for (var p = 0; p < count; p++, panels += (nint)padded * Rows, sums += Rows)
        {
            // The panel stays in the cache for the queries that follow the first.
            for (var q = 0; q < BatchQueries; q++)
            {
                ScorePanel(panels, queries + (q * Step), BatchQueries * Step, padded, sums + ((nint)q * stride));
            }
        }
    }

    /// <param name="stride">From one step of the query to the next.</param>
    private static void ScorePanel(byte* panel, sbyte* query, int stride, int padded, int* sums)
    {
        var ones = Vector256.Create((short)1);
        var (low, high) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var d = 0; d < padded; d += Step, panel += 2 * Register, query += stride)
        {
            var q = Vector256.Create(*(int*)query).AsSByte();
            low += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(panel), q), ones);
            high += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(panel + Register), q), ones);
        }

        low.Store(sums);
        high.Store(sums + Half);
    }
}
