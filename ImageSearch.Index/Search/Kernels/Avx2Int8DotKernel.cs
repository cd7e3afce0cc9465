using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>16 dimensions are one register: their codes are widened to 16 bits, multiplied and added pairwise.</summary>
internal sealed unsafe class Avx2Int8DotKernel : Int8DotKernel
{
    private const int Register = 16;

    public override void Score(short* query, sbyte** rows, int count, int padded, int* sums)
    {
        var i = 0;
        for (; i <= count - Together; i += Together)
        {
            sbyte* a = rows[i], b = rows[i + 1], c = rows[i + 2], d = rows[i + 3];
            Vector256<int> sa = default, sb = default, sc = default, sd = default;
            for (var next = i + Together; next < Math.Min(count, i + (2 * Together)); next++)
            {
                Prefetch(rows[next], padded);
            }

            for (var at = 0; at < padded; at += Register)
            {
                var part = Vector256.Load(query + at);
                sa += Products(a + at, part);
                sb += Products(b + at, part);
                sc += Products(c + at, part);
                sd += Products(d + at, part);
            }

            sums[i] = Vector256.Sum(sa);
            sums[i + 1] = Vector256.Sum(sb);
            sums[i + 2] = Vector256.Sum(sc);
            sums[i + 3] = Vector256.Sum(sd);
        }

        for (; i < count; i++)
        {
            Vector256<int> low = default, high = default;
            for (var at = 0; at < padded; at += 2 * Register)
            {
                low += Products(rows[i] + at, Vector256.Load(query + at));
                high += Products(rows[i] + at + Register, Vector256.Load(query + at + Register));
            }

            sums[i] = Vector256.Sum(low + high);
        }
    }

    private static Vector256<int> Products(sbyte* codes, Vector256<short> query) =>
        Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(codes)), query);
}
