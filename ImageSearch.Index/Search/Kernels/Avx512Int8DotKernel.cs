using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>32 dimensions are one register: their codes are widened to 16 bits, multiplied and added pairwise.</summary>
internal sealed unsafe class Avx512Int8DotKernel : Int8DotKernel
{
    private const int Register = 32;

    public override void Score(short* query, sbyte** rows, int count, int padded, int* sums)
    {
        var i = 0;
        for (; i <= count - Together; i += Together)
        {
            sbyte* a = rows[i], b = rows[i + 1], c = rows[i + 2], d = rows[i + 3];
            Vector512<int> sa = default, sb = default, sc = default, sd = default;
            // Each line of the next rows is asked for when the same line of these has been worked on: never more than the processor keeps
            // track of.
            var left = Math.Min(count - i - Together, Together);
            sbyte* e = left > 0 ? rows[i + 4] : a, f = left > 1 ? rows[i + 5] : a, g = left > 2 ? rows[i + 6] : a,
            h = left > 3 ? rows[i + 7] : a;
            for (var at = 0; at < padded; at += 2 * Register)
            {
                var (low, high) = (Vector512.Load(query + at), Vector512.Load(query + at + Register));
                Sse.Prefetch0(e + at);
                Sse.Prefetch0(f + at);
                sa += Products(a + at, low);
                sb += Products(b + at, low);
                sc += Products(c + at, low);
                sd += Products(d + at, low);
                Sse.Prefetch0(g + at);
                Sse.Prefetch0(h + at);
                sa += Products(a + at + Register, high);
                sb += Products(b + at + Register, high);
                sc += Products(c + at + Register, high);
                sd += Products(d + at + Register, high);
            }

            sums[i] = Vector512.Sum(sa);
            sums[i + 1] = Vector512.Sum(sb);
            sums[i + 2] = Vector512.Sum(sc);
            sums[i + 3] = Vector512.Sum(sd);
        }

        for (; i < count; i++)
        {
            var row = rows[i];
            Vector512<int> low = default, high = default;
            for (var at = 0; at < padded; at += 2 * Register)
            {
                low += Products(row + at, Vector512.Load(query + at));
                high += Products(row + at + Register, Vector512.Load(query + at + Register));
            }

            sums[i] = Vector512.Sum(low + high);
        }
    }

    private static Vector512<int> Products(sbyte* codes, Vector512<short> query) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(codes)), query);
}
