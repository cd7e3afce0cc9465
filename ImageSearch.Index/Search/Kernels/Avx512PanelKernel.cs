using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>A row of a panel is one register of 16 floats.</summary>
internal sealed unsafe class Avx512PanelKernel : PanelKernel
{
    /// <summary>With 3 panels at a time: 24 sums, 3 loads and a broadcast fill the 32 registers, and every load serves 8 multiplications.</summary>
    private const int Queries = 8;

    private const int PanelsAtOnce = 3;

    public override int BatchQueries => Queries;

    public override void Score(float* panels, int count, float* query, int dimension, float* scores)
    {
        for (var p = 0; p < count; p++, scores += Rows)
        {
            // Four sums: one would make each multiplication wait for the one before.
            var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var i = 0;
            for (; i <= dimension - 4; i += 4, panels += 4 * Rows)
            {
                a = Avx512F.FusedMultiplyAdd(Vector512.Load(panels), Vector512.Create(query[i]), a);
                b = Avx512F.FusedMultiplyAdd(Vector512.Load(panels + Rows), Vector512.Create(query[i + 1]), b);
                c = Avx512F.FusedMultiplyAdd(Vector512.Load(panels + (2 * Rows)), Vector512.Create(query[i + 2]), c);
                d = Avx512F.FusedMultiplyAdd(Vector512.Load(panels + (3 * Rows)), Vector512.Create(query[i + 3]), d);
            }

            for (; i < dimension; i++, panels += Rows)
            {
                a = Avx512F.FusedMultiplyAdd(Vector512.Load(panels), Vector512.Create(query[i]), a);
            }

            ((a + b) + (c + d)).Store(scores);
        }
    }

    public override void ScoreBatch(
        float* panels, int count, float* queries, int present, int dimension, float* scores, int stride, byte* ahead, int aheadBytes)
    {
        var step = aheadBytes / Math.Max(count / PanelsAtOnce * dimension, 1);
        var p = 0;
        for (; p <= count - PanelsAtOnce; p += PanelsAtOnce, ahead += (nint)step * dimension)
        {
            Three(panels + ((nint)p * dimension * Rows), queries, dimension, scores + (p * Rows), stride, ahead, step);
        }

        for (; p < count; p++)
        {
            One(panels + ((nint)p * dimension * Rows), queries, dimension, scores + (p * Rows), stride);
        }
    }

    // Written out: only as locals of their own do the sums stay in registers.
    private static void Three(float* x, float* queries, int dimension, float* scores, int stride, byte* next, int step)
    {
        var y = x + ((nint)dimension * Rows);
        var z = y + ((nint)dimension * Rows);
        Vector512<float> x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        Vector512<float> z0 = default, z1 = default, z2 = default, z3 = default, z4 = default, z5 = default, z6 = default, z7 = default;
        for (var i = 0; i < dimension; i++, x += Rows, y += Rows, z += Rows, queries += Queries, next += step)
        {
            Sse.Prefetch1(next);
            var (vx, vy, vz) = (Vector512.Load(x), Vector512.Load(y), Vector512.Load(z));
            var q = Vector512.Create(queries[0]);
            x0 = Avx512F.FusedMultiplyAdd(vx, q, x0);
            y0 = Avx512F.FusedMultiplyAdd(vy, q, y0);
            z0 = Avx512F.FusedMultiplyAdd(vz, q, z0);
            q = Vector512.Create(queries[1]);
            x1 = Avx512F.FusedMultiplyAdd(vx, q, x1);
            y1 = Avx512F.FusedMultiplyAdd(vy, q, y1);
            z1 = Avx512F.FusedMultiplyAdd(vz, q, z1);
            q = Vector512.Create(queries[2]);
            x2 = Avx512F.FusedMultiplyAdd(vx, q, x2);
            y2 = Avx512F.FusedMultiplyAdd(vy, q, y2);
            z2 = Avx512F.FusedMultiplyAdd(vz, q, z2);
            q = Vector512.Create(queries[3]);
            x3 = Avx512F.FusedMultiplyAdd(vx, q, x3);
            y3 = Avx512F.FusedMultiplyAdd(vy, q, y3);
            z3 = Avx512F.FusedMultiplyAdd(vz, q, z3);
            q = Vector512.Create(queries[4]);
            x4 = Avx512F.FusedMultiplyAdd(vx, q, x4);
            y4 = Avx512F.FusedMultiplyAdd(vy, q, y4);
            z4 = Avx512F.FusedMultiplyAdd(vz, q, z4);
            q = Vector512.Create(queries[5]);
            x5 = Avx512F.FusedMultiplyAdd(vx, q, x5);
            y5 = Avx512F.FusedMultiplyAdd(vy, q, y5);
            z5 = Avx512F.FusedMultiplyAdd(vz, q, z5);
            q = Vector512.Create(queries[6]);
            x6 = Avx512F.FusedMultiplyAdd(vx, q, x6);
            y6 = Avx512F.FusedMultiplyAdd(vy, q, y6);
            z6 = Avx512F.FusedMultiplyAdd(vz, q, z6);
            q = Vector512.Create(queries[7]);
            x7 = Avx512F.FusedMultiplyAdd(vx, q, x7);
            y7 = Avx512F.FusedMultiplyAdd(vy, q, y7);
            z7 = Avx512F.FusedMultiplyAdd(vz, q, z7);
        }

        Store(scores, stride, x0, x1, x2, x3, x4, x5, x6, x7);
        Store(scores + Rows, stride, y0, y1, y2, y3, y4, y5, y6, y7);
        Store(scores + (2 * Rows), stride, z0, z1, z2, z3, z4, z5, z6, z7);
    }

    private static void One(float* x, float* queries, int dimension, float* scores, int stride)
    {
        Vector512<float> x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        for (var i = 0; i < dimension; i++, x += Rows, queries += Queries)
        {
            var v = Vector512.Load(x);
            x0 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[0]), x0);
            x1 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[1]), x1);
            x2 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[2]), x2);
            x3 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[3]), x3);
            x4 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[4]), x4);
            x5 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[5]), x5);
            x6 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[6]), x6);
            x7 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(queries[7]), x7);
        }

        Store(scores, stride, x0, x1, x2, x3, x4, x5, x6, x7);
    }

    private static void Store(
        float* scores,
        int stride,
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d,
        Vector512<float> e,
        Vector512<float> f,
        Vector512<float> g,
        Vector512<float> h)
    {
        a.Store(scores);
        b.Store(scores + stride);
        c.Store(scores + ((nint)stride * 2));
        d.Store(scores + ((nint)stride * 3));
        e.Store(scores + ((nint)stride * 4));
        f.Store(scores + ((nint)stride * 5));
        g.Store(scores + ((nint)stride * 6));
        h.Store(scores + ((nint)stride * 7));
    }
}
