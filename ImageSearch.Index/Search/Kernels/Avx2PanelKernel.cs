using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>A row of a panel is two registers of 8 floats.</summary>
internal sealed unsafe class Avx2PanelKernel : PanelKernel
{
    private const int Half = Rows / 2;

    /// <summary>12 sums, 2 loads and a broadcast fit the 16 registers.</summary>
    private const int Queries = 6;

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

    // Written out: only as locals of their own do the sums stay in registers.
    public override void ScoreBatch(float* panels, int count, float* queries, int dimension, float* scores, int stride)
    {
        for (var p = 0; p < count; p++, scores += Rows)
        {
            Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
            Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
            var values = queries;
            for (var i = 0; i < dimension; i++, panels += Rows, values += Queries)
            {
                var (a, b) = (Vector256.Load(panels), Vector256.Load(panels + Half));
                var q = Vector256.Create(values[0]);
                a0 = Fma.MultiplyAdd(a, q, a0);
                b0 = Fma.MultiplyAdd(b, q, b0);
                q = Vector256.Create(values[1]);
                a1 = Fma.MultiplyAdd(a, q, a1);
                b1 = Fma.MultiplyAdd(b, q, b1);
                q = Vector256.Create(values[2]);
                a2 = Fma.MultiplyAdd(a, q, a2);
                b2 = Fma.MultiplyAdd(b, q, b2);
                q = Vector256.Create(values[3]);
                a3 = Fma.MultiplyAdd(a, q, a3);
                b3 = Fma.MultiplyAdd(b, q, b3);
                q = Vector256.Create(values[4]);
                a4 = Fma.MultiplyAdd(a, q, a4);
                b4 = Fma.MultiplyAdd(b, q, b4);
                q = Vector256.Create(values[5]);
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
    }

    private static void Store(float* scores, Vector256<float> low, Vector256<float> high)
    {
        low.Store(scores);
        high.Store(scores + Half);
    }
}
