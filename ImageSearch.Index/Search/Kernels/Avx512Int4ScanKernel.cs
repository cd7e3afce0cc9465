using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>Eight dimensions of 16 rows are one register.</summary>
internal sealed unsafe class Avx512Int4ScanKernel : Avx2Int4ScanKernel
{
    private const int Register = Rows * Step;

    /// <summary>
    /// What is asked for ahead, in bytes: the hardware does not look beyond a page of 4 KiB, and here a page is read in less time than the
    /// memory takes to answer. A tenth faster.
    /// </summary>
    private const int Ahead = 12 * 1024;

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
                Sse.Prefetch0(panels + Ahead);
                Sse.Prefetch0(panels + Ahead + Register);
                Sse.Prefetch0(panels + Ahead + (2 * Register));
                Sse.Prefetch0(panels + Ahead + (3 * Register));
                // In two sums, as one would make each addition wait for the one before.
                var a = Pair(panels, query + d, low) + Pair(panels + Register, query + d + (2 * Step), low);
                var b = Pair(panels + (2 * Register), query + d + (4 * Step), low) + Pair(
                    panels + (3 * Register), query + d + (6 * Step), low);
                sum += Avx512BW.MultiplyAddAdjacent(a + b, ones);
            }

            for (; d < padded; d += 2 * Step, panels += Register)
            {
                sum += Avx512BW.MultiplyAddAdjacent(Pair(panels, query + d, low), ones);
            }

            sum.Store(sums);
        }
    }

    /// <remarks>
    /// One panel at a time: eight sums of 16 bits and eight of 32 stay in registers. More panels would have each broadcast serve more
    /// multiplications, but sums of 32 bits would have to lie in memory then, which costs more than the broadcasts.
    /// Written out: only as locals of their own do the sums stay in registers.
    /// </remarks>
    public override void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        var low = Vector512.Create((byte)LargestHalf);
        var ones = Vector512.Create((short)1);
        for (var p = 0; p < count; p++, sums += Rows)
        {
            Vector512<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            var values = queries;
            for (var i = 0; i < padded;)
            {
                Vector512<short> s = default, t = default, u = default, v = default, w = default, x = default, y = default, z = default;
                for (var end = Math.Min(i + (StepsOfShorts * Step), padded); i < end; i += 2 * Step, panels += Register, values += 2 * BatchQueries * Step)
                {
                    var codes = Vector512.Load(panels);
                    var half = codes & low;
                    s += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values));
                    t += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + Step));
                    u += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (2 * Step)));
                    v += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (3 * Step)));
                    w += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (4 * Step)));
                    x += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (5 * Step)));
                    y += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (6 * Step)));
                    z += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (7 * Step)));
                    half = High(codes, low);
                    s += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (8 * Step)));
                    t += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (9 * Step)));
                    u += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (10 * Step)));
                    v += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (11 * Step)));
                    w += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (12 * Step)));
                    x += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (13 * Step)));
                    y += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (14 * Step)));
                    z += Avx512BW.MultiplyAddAdjacent(half, Broadcast(values + (15 * Step)));
                }

                a += Avx512BW.MultiplyAddAdjacent(s, ones);
                b += Avx512BW.MultiplyAddAdjacent(t, ones);
                c += Avx512BW.MultiplyAddAdjacent(u, ones);
                d += Avx512BW.MultiplyAddAdjacent(v, ones);
                e += Avx512BW.MultiplyAddAdjacent(w, ones);
                f += Avx512BW.MultiplyAddAdjacent(x, ones);
                g += Avx512BW.MultiplyAddAdjacent(y, ones);
                h += Avx512BW.MultiplyAddAdjacent(z, ones);
            }

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

    /// <summary>Eight dimensions of a query with those of 16 rows.</summary>
    private static Vector512<short> Pair(byte* panel, sbyte* query, Vector512<byte> low)
    {
        var codes = Vector512.Load(panel);
        return Avx512BW.MultiplyAddAdjacent(codes & low, Broadcast(query)) + Avx512BW.MultiplyAddAdjacent(
            High(codes, low), Broadcast(query + Step));
    }

    /// <summary>There is no shift of bytes; what comes over from the neighbour is masked.</summary>
    private static Vector512<byte> High(Vector512<byte> codes, Vector512<byte> low) =>
        Vector512.ShiftRightLogical(codes.AsUInt16(), 4).AsByte() & low;

    private static Vector512<sbyte> Broadcast(sbyte* query) => Vector512.Create(*(int*)query).AsSByte();
}
