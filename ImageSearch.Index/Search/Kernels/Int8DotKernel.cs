using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>
/// Inner products of one query with single vectors, wherever they lie, of which each dimension is a signed byte. A graph asks for a handful
/// of rows that are nowhere near each other, so what counts is how many of them are on their way from memory at the same time: rows are
/// taken
/// <see cref="Together"/> at a time and the next ones are fetched meanwhile.
/// </summary>
/// <remarks>
/// The query has 16 bits per dimension: its rounding then is nothing beside that of the rows. Sums are exact as long as the product of the
/// query's and the row's lengths stays below 2^31, which <see cref="Graph.RowQuery"/> sees to; sums on the way there may overflow and come
/// back.
/// </remarks>
internal abstract unsafe class Int8DotKernel
{
    /// <summary>Rows that are worked on at the same time.</summary>
    public const int Together = 4;

    /// <summary>Largest magnitude of a row's codes.</summary>
    public const int LargestCode = 127;

    /// <summary>Rows begin at a multiple of it, so that they touch no more lines of the cache than they must.</summary>
    public const int Alignment = 64;

    /// <summary>The fastest that this processor runs, chosen once.</summary>
    public static Int8DotKernel Best { get; } =
        Avx512BW.IsSupported && Vector512.IsHardwareAccelerated ? new Avx512Int8DotKernel()
        : Avx2.IsSupported ? new Avx2Int8DotKernel()
        : new PortableInt8DotKernel();

    /// <summary>Bytes of a vector's codes; those behind the dimension are zero.</summary>
    public static int Padded(int dimension) => (dimension + Alignment - 1) / Alignment * Alignment;

    /// <summary>Sums the products of the query and each row.</summary>
    /// <param name="query"><paramref name="padded"/> values.</param>
    /// <param name="rows"><paramref name="count"/> rows; the first <see cref="Together"/> had better been fetched.</param>
    /// <param name="padded">A multiple of <see cref="Alignment"/>.</param>
    /// <param name="sums">Receives <paramref name="count"/>.</param>
    public abstract void Score(short* query, sbyte** rows, int count, int padded, int* sums);

    /// <summary>Writes codes as a query, to compare a row with rows.</summary>
    public virtual void Widen(sbyte* row, int padded, short* query)
    {
        for (var d = 0; d < padded; d += Vector256<short>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(row + d));
            low.Store(query + d);
            high.Store(query + d + Vector128<short>.Count);
        }
    }

    /// <summary>Has a row on its way into the cache when it is needed.</summary>
    public static void Prefetch(sbyte* row, int padded)
    {
        if (Sse.IsSupported)
        {
            for (var d = 0; d < padded; d += Alignment)
            {
                Sse.Prefetch0(row + d);
            }
        }
    }
}
