using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>Eight dimensions of 16 rows are two registers.</summary>
internal class Avx2Int4ScanKernel : Int4ScanKernel
{
    private const int Half = Rows / 2;
    private const int Register = Half * Step;

    /// <summary>Queries for which codes are taken apart once; 4 sums of each half fit the registers.</summary>
    private const int Together = 4;

    public override unsafe void Score(byte* panels, int count, sbyte* query, int padded, int* sums)
    {
        for (var p = 0; p < count; p++, panels += (nint)padded / 2 * Rows, sums += Rows)
        {
            ScorePanel(panels, query, Step, padded, sums);
        }
    }

    public override unsafe void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        for (var p = 0; p < count; p++, panels += (nint)padded / 2 * Rows, sums += Rows)
        {
            // The panel stays in the cache for the queries that follow the first.
            for (var q = 0; q < BatchQueries; q += Together)
            {
                ScorePanel(panels, queries + (q * Step), padded, sums + ((nint)q * stride), stride);
            }
        }
    }

    public sealed override unsafe int ScoreFine(byte* row, sbyte* query, int padded)
    {
        var low = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        var sum = Vector256<int>.Zero;
        for (var d = 0; d < padded; d += 2 * Register, row += Register, query += 2 * Register)
        {
            var codes = Vector256.Load(row);
            var below = Avx2.MultiplyAddAdjacent(codes & low, Vector256.Load(query));
            var above = Avx2.MultiplyAddAdjacent(High(codes, low), Vector256.Load(query + Register));
            sum += Avx2.MultiplyAddAdjacent(below + above, ones);
        }

        return Vector256.Sum(sum);
    }

    /// <param name="stride">From one step of the query to the next.</param>
    private static unsafe void ScorePanel(byte* panel, sbyte* query, int stride, int padded, int* sums)
    {
        var low = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        var (a, b) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var d = 0; d < padded;)
        {
            var (x, y) = (Vector256<short>.Zero, Vector256<short>.Zero);
            for (var end = Math.Min(d + (StepsOfShorts * Step), padded); d < end; d += 2 * Step, panel += 2 * Register, query += 2 * stride)
            {
                var (first, second) = (Vector256.Create(*(int*)query).AsSByte(), Vector256.Create(*(int*)(query + stride)).AsSByte());
                var (left, right) = (Vector256.Load(panel), Vector256.Load(panel + Register));
                x += Avx2.MultiplyAddAdjacent(left & low, first) + Avx2.MultiplyAddAdjacent(High(left, low), second);
                y += Avx2.MultiplyAddAdjacent(right & low, first) + Avx2.MultiplyAddAdjacent(High(right, low), second);
            }

            a += Avx2.MultiplyAddAdjacent(x, ones);
            b += Avx2.MultiplyAddAdjacent(y, ones);
        }

        a.Store(sums);
        b.Store(sums + Half);
    }

    /// <summary>The same for <see cref="Together"/> queries of <see cref="Int4ScanKernel.BatchQueries"/> that are interleaved.</summary>
    /// <param name="stride">From the sums of one query to those of the next.</param>
    private static unsafe void ScorePanel(byte* panel, sbyte* queries, int padded, int* sums, int stride)
    {
        // One half after the other: the sums of both are too many for the registers.
        for (var half = 0; half < 2; half++, sums += Half)
        {
            var low = Vector256.Create((byte)0x0F);
            var ones = Vector256.Create((short)1);
            Vector256<int> a = default, b = default, c = default, d = default;
            var codes = panel + (half * Register);
            var query = queries;
            for (var at = 0; at < padded;)
            {
                Vector256<short> e = default, f = default, g = default, h = default;
                for (var end = Math.Min(at + (StepsOfShorts * Step), padded); at < end; at += 2 * Step, codes += 2 * Register, query += 2 * BatchQueries * Step)
                {
                    var both = Vector256.Load(codes);
                    var (first, second) = (both & low, High(both, low));
                    e += Sum(first, second, query);
                    f += Sum(first, second, query + Step);
                    g += Sum(first, second, query + (2 * Step));
                    h += Sum(first, second, query + (3 * Step));
                }

                a += Avx2.MultiplyAddAdjacent(e, ones);
                b += Avx2.MultiplyAddAdjacent(f, ones);
                c += Avx2.MultiplyAddAdjacent(g, ones);
                d += Avx2.MultiplyAddAdjacent(h, ones);
            }

            a.Store(sums);
            b.Store(sums + stride);
            c.Store(sums + ((nint)stride * 2));
            d.Store(sums + ((nint)stride * 3));
        }
    }

    private static unsafe Vector256<short> Sum(Vector256<byte> first, Vector256<byte> second, sbyte* query) =>
        Avx2.MultiplyAddAdjacent(first, Vector256.Create(*(int*)query).AsSByte())
        + Avx2.MultiplyAddAdjacent(second, Vector256.Create(*(int*)(query + (BatchQueries * Step))).AsSByte());

    /// <summary>There is no shift of bytes; what comes over from the neighbour is masked.</summary>
    private static Vector256<byte> High(Vector256<byte> codes, Vector256<byte> low) =>
        Vector256.ShiftRightLogical(codes.AsUInt16(), 4).AsByte() & low;
}
