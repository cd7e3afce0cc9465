using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>Eight dimensions of 16 rows are one register.</summary>
internal sealed unsafe class Avx512CodeKernel : Avx2CodeKernel
{
    private const int Register = Rows * Step;

    private const int PanelsAtOnce = 3;

    public override void Score(byte* panels, int count, sbyte* query, int padded, int* sums)
    {
        var low = Vector512.Create((byte)LargestHalf);
        var ones = Vector512.Create((short)1);
        for (var p = 0; p < count; p++, sums += Rows)
        {
            var sum = Vector512<int>.Zero;
            var d = 0;
            for (; d <= padded - (StepsOfShorts * Step); d += StepsOfShorts * Step, panels += StepsOfShorts / 2 * Register)
            {
                // In two sums, as one would make each addition wait for the one before.
                var a = Pair(panels, query + d, low) + Pair(panels + Register, query + d + (2 * Step), low);
                var b = Pair(panels + (2 * Register), query + d + (4 * Step), low) + Pair(panels + (3 * Register), query + d + (6 * Step), low);
                sum += Avx512BW.MultiplyAddAdjacent(a + b, ones);
            }

            for (; d < padded; d += 2 * Step, panels += Register)
            {
                sum += Avx512BW.MultiplyAddAdjacent(Pair(panels, query + d, low), ones);
            }

            sum.Store(sums);
        }
    }

    public override void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        var panel = (nint)padded / 2 * Rows;
        var p = 0;
        for (; p <= count - PanelsAtOnce; p += PanelsAtOnce)
        {
            Three(panels + (p * panel), panel, queries, padded, sums + (p * Rows), stride);
        }

        for (; p < count; p++)
        {
            for (var q = 0; q < BatchQueries; q++)
            {
                One(panels + (p * panel), queries + (q * Step), padded, sums + (p * Rows) + ((nint)q * stride));
            }
        }
    }

    /// <summary>24 sums of 16 bits, 3 registers of codes, a mask and a broadcast. Written out: only as locals of their own do the sums stay in registers.</summary>
    private static void Three(byte* x, nint panel, sbyte* queries, int padded, int* sums, int stride)
    {
        var y = x + panel;
        var z = y + panel;
        var low = Vector512.Create((byte)LargestHalf);
        for (var d = 0; d < padded;)
        {
            Vector512<short> x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
            Vector512<short> y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
            Vector512<short> z0 = default, z1 = default, z2 = default, z3 = default, z4 = default, z5 = default, z6 = default, z7 = default;
            var first = d == 0;
            for (var end = Math.Min(d + (StepsOfShorts * Step), padded); d < end; d += Step, queries += BatchQueries * Step)
            {
                // Below in every register first, above in it then.
                var above = Vector128.CreateScalar((ushort)(d & Step));
                var vx = Avx512BW.ShiftRightLogical(Vector512.Load(x).AsUInt16(), above).AsByte() & low;
                var vy = Avx512BW.ShiftRightLogical(Vector512.Load(y).AsUInt16(), above).AsByte() & low;
                var vz = Avx512BW.ShiftRightLogical(Vector512.Load(z).AsUInt16(), above).AsByte() & low;
                var next = (nint)(d & Step) * (Register / Step);
                x += next;
                y += next;
                z += next;
                var q = Broadcast(queries);
                x0 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y0 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z0 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + Step);
                x1 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y1 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z1 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (2 * Step));
                x2 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y2 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z2 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (3 * Step));
                x3 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y3 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z3 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (4 * Step));
                x4 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y4 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z4 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (5 * Step));
                x5 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y5 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z5 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (6 * Step));
                x6 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y6 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z6 += Avx512BW.MultiplyAddAdjacent(vz, q);
                q = Broadcast(queries + (7 * Step));
                x7 += Avx512BW.MultiplyAddAdjacent(vx, q);
                y7 += Avx512BW.MultiplyAddAdjacent(vy, q);
                z7 += Avx512BW.MultiplyAddAdjacent(vz, q);
            }

            Add(sums, stride, first, x0, x1, x2, x3, x4, x5, x6, x7);
            Add(sums + Rows, stride, first, y0, y1, y2, y3, y4, y5, y6, y7);
            Add(sums + (2 * Rows), stride, first, z0, z1, z2, z3, z4, z5, z6, z7);
        }
    }

    private static void One(byte* panel, sbyte* queries, int padded, int* sums)
    {
        var low = Vector512.Create((byte)LargestHalf);
        var sum = Vector512<int>.Zero;
        for (var d = 0; d < padded; d += 2 * Step, panel += Register, queries += 2 * BatchQueries * Step)
        {
            var products = Pair(Vector512.Load(panel), Broadcast(queries), Broadcast(queries + (BatchQueries * Step)), low);
            sum += Avx512BW.MultiplyAddAdjacent(products, Vector512.Create((short)1));
        }

        sum.Store(sums);
    }

    /// <summary>Eight dimensions of a query with those of 16 rows.</summary>
    private static Vector512<short> Pair(Vector512<byte> codes, Vector512<sbyte> first, Vector512<sbyte> second, Vector512<byte> low) =>
        Avx512BW.MultiplyAddAdjacent(codes & low, first) + Avx512BW.MultiplyAddAdjacent(Vector512.ShiftRightLogical(codes.AsUInt16(), 4).AsByte() & low, second);

    private static Vector512<short> Pair(byte* codes, sbyte* query, Vector512<byte> low) => Pair(Vector512.Load(codes), Broadcast(query), Broadcast(query + Step), low);

    private static Vector512<sbyte> Broadcast(sbyte* query) => Vector512.Create(*(int*)query).AsSByte();

    private static void Add(
        int* sums,
        int stride,
        bool first,
        Vector512<short> a,
        Vector512<short> b,
        Vector512<short> c,
        Vector512<short> d,
        Vector512<short> e,
        Vector512<short> f,
        Vector512<short> g,
        Vector512<short> h)
    {
        Add(sums, first, a);
        Add(sums + stride, first, b);
        Add(sums + ((nint)stride * 2), first, c);
        Add(sums + ((nint)stride * 3), first, d);
        Add(sums + ((nint)stride * 4), first, e);
        Add(sums + ((nint)stride * 5), first, f);
        Add(sums + ((nint)stride * 6), first, g);
        Add(sums + ((nint)stride * 7), first, h);
    }

    private static void Add(int* sums, bool first, Vector512<short> products)
    {
        var sum = Avx512BW.MultiplyAddAdjacent(products, Vector512.Create((short)1));
        (first ? sum : sum + Vector512.Load(sums)).Store(sums);
    }
}
