using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>A row of a panel is two registers of 8 floats.</summary>
internal sealed unsafe class Avx2PanelKernel : PanelKernel
{
    private const int Half = Rows / 2;

    /// <summary>12 sums, 2 loads and a broadcast fit the 16 registers.</summary>
    private const int Queries = 6;

    /// <summary>Queries, at most, of a group that is done sooner without the others; 8 sums still keep both multipliers busy.</summary>
    private const int Few = 4;

    public override int BatchQueries => Queries;

    public override void Score(float* panels, int count, float* query, int dimension, float* scores)
    {
        for (var p = 0; p < count; p++, scores += Rows)
        {
            // Two sums for each half: one would make each multiplication wait for the one before.
            var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            var i = 0;
            for (; i <= dimension - 2; i += 2, panels += 2 * Rows)
            {
                var (q, r) = (Vector256.Create(query[i]), Vector256.Create(query[i + 1]));
                a = Fma.MultiplyAdd(Vector256.Load(panels), q, a);
                b = Fma.MultiplyAdd(Vector256.Load(panels + Half), q, b);
                c = Fma.MultiplyAdd(Vector256.Load(panels + Rows), r, c);
                d = Fma.MultiplyAdd(Vector256.Load(panels + Rows + Half), r, d);
            }

            for (; i < dimension; i++, panels += Rows)
            {
                var q = Vector256.Create(query[i]);
                a = Fma.MultiplyAdd(Vector256.Load(panels), q, a);
                b = Fma.MultiplyAdd(Vector256.Load(panels + Half), q, b);
            }

            (a + c).Store(scores);
            (b + d).Store(scores + Half);
        }
    }

    public override void ScoreBatch(
        float* panels, int count, float* queries, int present, int dimension, float* scores, int stride, byte* ahead, int aheadBytes)
    {
        var step = aheadBytes / Math.Max(count * dimension, 1);
        for (var p = 0; p < count; p++, panels += (nint)dimension * Rows, scores += Rows, ahead += (nint)step * dimension)
        {
            if (present <= Few)
            {
                Four(panels, queries, dimension, scores, stride, ahead, step);
            }
            else
            {
                Six(panels, queries, dimension, scores, stride, ahead, step);
            }
        }
    }

    // Written out: only as locals of their own do the sums stay in registers.
    private static void Six(float* panel, float* queries, int dimension, float* scores, int stride, byte* next, int step)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (var i = 0; i < dimension; i++, panel += Rows, queries += Queries, next += step)
        {
            Sse.Prefetch1(next);
            var (a, b) = (Vector256.Load(panel), Vector256.Load(panel + Half));
            var q = Vector256.Create(queries[0]);
            a0 = Fma.MultiplyAdd(a, q, a0);
            b0 = Fma.MultiplyAdd(b, q, b0);
            q = Vector256.Create(queries[1]);
            a1 = Fma.MultiplyAdd(a, q, a1);
            b1 = Fma.MultiplyAdd(b, q, b1);
            q = Vector256.Create(queries[2]);
            a2 = Fma.MultiplyAdd(a, q, a2);
            b2 = Fma.MultiplyAdd(b, q, b2);
            q = Vector256.Create(queries[3]);
            a3 = Fma.MultiplyAdd(a, q, a3);
            b3 = Fma.MultiplyAdd(b, q, b3);
            q = Vector256.Create(queries[4]);
            a4 = Fma.MultiplyAdd(a, q, a4);
            b4 = Fma.MultiplyAdd(b, q, b4);
            q = Vector256.Create(queries[5]);
            a5 = Fma.MultiplyAdd(a, q, a5);
            b5 = Fma.MultiplyAdd(b, q, b5);
        }

        Store(scores, a0, b0);
        Store(scores + stride, a1, b1);
        Store(scores + ((nint)stride * 2), a2, b2);
        Store(scores + ((nint)stride * 3), a3, b3);
        Store(scores + ((nint)stride * 4), a4, b4);
        Store(scores + ((nint)stride * 5), a5, b5);
    }

    private static void Four(float* panel, float* queries, int dimension, float* scores, int stride, byte* next, int step)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (var i = 0; i < dimension; i++, panel += Rows, queries += Queries, next += step)
        {
            Sse.Prefetch1(next);
            var (a, b) = (Vector256.Load(panel), Vector256.Load(panel + Half));
            var q = Vector256.Create(queries[0]);
            a0 = Fma.MultiplyAdd(a, q, a0);
            b0 = Fma.MultiplyAdd(b, q, b0);
            q = Vector256.Create(queries[1]);
            a1 = Fma.MultiplyAdd(a, q, a1);
            b1 = Fma.MultiplyAdd(b, q, b1);
            q = Vector256.Create(queries[2]);
            a2 = Fma.MultiplyAdd(a, q, a2);
            b2 = Fma.MultiplyAdd(b, q, b2);
            q = Vector256.Create(queries[3]);
            a3 = Fma.MultiplyAdd(a, q, a3);
            b3 = Fma.MultiplyAdd(b, q, b3);
        }

        Store(scores, a0, b0);
        Store(scores + stride, a1, b1);
        Store(scores + ((nint)stride * 2), a2, b2);
        Store(scores + ((nint)stride * 3), a3, b3);
    }

    private static void Store(float* scores, Vector256<float> low, Vector256<float> high)
    {
        low.Store(scores);
        high.Store(scores + Half);
    }
}
