using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>Four dimensions of 16 rows are one register.</summary>
internal sealed unsafe class Avx512CodeKernel : CodeKernel
{
    private const int Register = Rows * Step;

    public override void Score(byte* panels, int count, sbyte* query, int padded, int* sums)
    {
        var ones = Vector512.Create((short)1);
        for (var p = 0; p < count; p++, sums += Rows)
        {
            var (a, b) = (Vector512<int>.Zero, Vector512<int>.Zero);
            var d = 0;
            for (; d <= padded - (2 * Step); d += 2 * Step, panels += 2 * Register)
            {
                a += Products(Vector512.Load(panels), query + d, ones);
                b += Products(Vector512.Load(panels + Register), query + d + Step, ones);
            }

            if (d < padded)
            {
                a += Products(Vector512.Load(panels), query + d, ones);
                panels += Register;
            }

            (a + b).Store(sums);
        }
    }

    // Written out: only as locals of their own do the sums stay in registers.
    public override void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        var ones = Vector512.Create((short)1);
        var p = 0;
        for (; p <= count - 2; p += 2, panels += 2 * (nint)padded * Rows, sums += 2 * Rows)
        {
            Vector512<int> x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
            Vector512<int> y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
            var offset = (nint)padded * Rows;
            var codes = panels;
            var q = queries;
            for (var d = 0; d < padded; d += Step, codes += Register, q += BatchQueries * Step)
            {
                var (x, y) = (Vector512.Load(codes), Vector512.Load(codes + offset));
                x0 += Products(x, q, ones);
                y0 += Products(y, q, ones);
                x1 += Products(x, q + Step, ones);
                y1 += Products(y, q + Step, ones);
                x2 += Products(x, q + (2 * Step), ones);
                y2 += Products(y, q + (2 * Step), ones);
                x3 += Products(x, q + (3 * Step), ones);
                y3 += Products(y, q + (3 * Step), ones);
                x4 += Products(x, q + (4 * Step), ones);
                y4 += Products(y, q + (4 * Step), ones);
                x5 += Products(x, q + (5 * Step), ones);
                y5 += Products(y, q + (5 * Step), ones);
                x6 += Products(x, q + (6 * Step), ones);
                y6 += Products(y, q + (6 * Step), ones);
                x7 += Products(x, q + (7 * Step), ones);
                y7 += Products(y, q + (7 * Step), ones);
            }

            Store(sums, stride, x0, x1, x2, x3, x4, x5, x6, x7);
            Store(sums + Rows, stride, y0, y1, y2, y3, y4, y5, y6, y7);
        }

        if (p < count)
        {
            for (var q = 0; q < BatchQueries; q++)
            {
                var sum = Vector512<int>.Zero;
                for (var d = 0; d < padded; d += Step)
                {
                    sum += Products(Vector512.Load(panels + ((nint)d * Rows)), queries + ((nint)d * BatchQueries) + (q * Step), ones);
                }

                sum.Store(sums + ((nint)q * stride));
            }
        }
    }

    private static Vector512<int> Products(Vector512<byte> codes, sbyte* query, Vector512<short> ones) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(codes, Vector512.Create(*(int*)query).AsSByte()), ones);

    private static void Store(
        int* sums, int stride, Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d, Vector512<int> e, Vector512<int> f, Vector512<int> g, Vector512<int> h)
    {
        a.Store(sums);
        b.Store(sums + stride);
        c.Store(sums + ((nint)stride * 2));
        d.Store(sums + ((nint)stride * 3));
        e.Store(sums + ((nint)stride * 4));
        f.Store(sums + ((nint)stride * 5));
        g.Store(sums + ((nint)stride * 6));
        h.Store(sums + ((nint)stride * 7));
    }
}
