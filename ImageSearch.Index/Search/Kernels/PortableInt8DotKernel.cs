using System.Numerics;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>For processors without the others' instructions.</summary>
internal sealed unsafe class PortableInt8DotKernel : Int8DotKernel
{
    public override void Score(short* query, sbyte** rows, int count, int padded, int* sums)
    {
        for (var i = 0; i < count; i++)
        {
            var sum = Vector<int>.Zero;
            for (var at = 0; at < padded; at += Vector<sbyte>.Count)
            {
                Vector.Widen(*(Vector<sbyte>*)(rows[i] + at), out var low, out var high);
                sum += Products(low, query + at) + Products(high, query + at + Vector<short>.Count);
            }

            sums[i] = Vector.Sum(sum);
        }
    }

    private static Vector<int> Products(Vector<short> codes, short* query)
    {
        Vector.Widen(codes, out var a, out var b);
        Vector.Widen(*(Vector<short>*)query, out var c, out var d);
        return (a * c) + (b * d);
    }
}
