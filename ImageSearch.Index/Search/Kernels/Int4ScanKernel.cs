using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>
/// Inner products of queries with vectors of which each dimension is a byte, in two halves: the upper four bits of every dimension, which
/// are all that a scan reads, and the lower four, for the few rows of which the upper ones do not tell enough.
/// </summary>
/// <remarks>
/// Upper halves lie in panels of <see cref="Rows"/> vectors, interleaved by <see cref="Step"/> dimensions, which is what one instruction
/// multiplies and adds; a byte has one dimension below and one above:
/// <code>
/// dimensions 0..3 | 4..7:   row 0, row 1, … row 15
/// dimensions 8..11 | 12..15: row 0, row 1, … row 15
/// …
/// </code>
/// Lower halves lie row after row, because they are asked for row by row: 32 dimensions below, the next 32 above.
/// <para>
/// Halves are unsigned and at most <see cref="LargestHalf"/>, queries signed and at most <see cref="LargestQuery"/>, so that eight sums of
/// two products fit 16 bits: 8 × 2 × 15 × 127 &lt; 32,768. That is what makes four bits not only half the traffic of eight but also less
/// than half the arithmetic. Sums are exact. The pointers are of memory that the caller keeps alive, aligned to a cache line where they
/// point to panels.
/// </para>
/// </remarks>
internal abstract unsafe class Int4ScanKernel
{
    /// <summary>Vectors of a panel.</summary>
    public const int Rows = 16;

    /// <summary>Dimensions that lie together.</summary>
    public const int Step = 4;

    /// <summary>Queries that <see cref="ScoreBatch"/> takes at once.</summary>
    public const int BatchQueries = 8;

    public const int LargestQuery = 127;

    public const int LargestHalf = 15;

    /// <summary>What an upper half counts, in lower ones.</summary>
    public const int HalfUnit = 16;

    /// <summary>Sums of two products that fit 16 bits.</summary>
    protected const int StepsOfShorts = 8;

    /// <summary>Dimensions of a register of lower halves.</summary>
    private const int FineStep = 64;

    /// <summary>The fastest that this processor runs, chosen once.</summary>
    public static Int4ScanKernel Best { get; } =
        Avx512BW.IsSupported && Vector512.IsHardwareAccelerated ? new Avx512Int4ScanKernel()
        : Avx2.IsSupported ? new Avx2Int4ScanKernel()
        : new PortableInt4ScanKernel();

    /// <summary>Dimensions of a vector in a panel: pairs of steps.</summary>
    public static int Padded(int dimension) => (dimension + (2 * Step) - 1) / (2 * Step) * (2 * Step);

    /// <summary>Dimensions of a vector's lower halves, and of a query, which has zeros beyond its own.</summary>
    public static int FinePadded(int dimension) => (dimension + FineStep - 1) / FineStep * FineStep;

    /// <summary>Bytes of a panel.</summary>
    public static int PanelBytes(int dimension) => Padded(dimension) / 2 * Rows;

    /// <summary>Bytes of a row's lower halves.</summary>
    public static int FineBytes(int dimension) => FinePadded(dimension) / 2;

    /// <summary>Writes a row's upper halves into its lane of a panel.</summary>
    /// <param name="lane">The row's number in the panel.</param>
    public static void Write(byte* panel, int lane, ReadOnlySpan<byte> codes)
    {
        var whole = codes.Length / (2 * Step) * (2 * Step);
        for (var d = 0; d < whole; d += 2 * Step)
        {
            var (below, above) = (MemoryMarshal.Read<uint>(codes[d..]), MemoryMarshal.Read<uint>(codes[(d + Step)..]));
            *(uint*)(panel + (d / 2 * Rows) + (lane * Step)) = ((below >> 4) & 0x0F0F0F0F) | (above & 0xF0F0F0F0);
        }

        for (var d = whole; d < codes.Length; d++)
        {
            var at = panel + (d / (2 * Step) * Rows * Step) + (lane * Step) + (d % Step);
            *at = (d & Step) == 0 ? (byte)((*at & 0xF0) | (codes[d] >> 4)) : (byte)((*at & 0x0F) | (codes[d] & 0xF0));
        }
    }

    /// <summary>Writes a row's lower halves.</summary>
    public static void WriteFine(byte* row, ReadOnlySpan<byte> codes)
    {
        var whole = codes.Length / FineStep * FineStep;
        for (var d = 0; d < whole; d += FineStep)
        {
            var (below, above) = (Vector256.Create(codes[d..]), Vector256.Create(codes[(d + (FineStep / 2))..]));
            ((below & Vector256.Create((byte)0x0F)) | (above << 4)).Store(row + (d / 2));
        }

        for (var d = whole; d < codes.Length; d++)
        {
            var at = row + (d / FineStep * (FineStep / 2)) + (d % (FineStep / 2));
            *at = (d & (FineStep / 2)) == 0 ? (byte)((*at & 0xF0) | (codes[d] & 0x0F)) : (byte)((*at & 0x0F) | (codes[d] << 4));
        }
    }

    /// <summary>Sums the products of upper halves, each counted from 0 to 15, and query.</summary>
    /// <param name="query"><paramref name="padded"/> bytes.</param>
    /// <param name="padded">Of <see cref="Padded"/>.</param>
    /// <param name="sums">Receives <see cref="Rows"/> × <paramref name="count"/>.</param>
    public abstract void Score(byte* panels, int count, sbyte* query, int padded, int* sums);

    /// <summary>The same for <see cref="BatchQueries"/> queries.</summary>
    /// <param name="queries">Interleaved: the first <see cref="Step"/> dimensions of every query, the next of every query, …</param>
    /// <param name="sums">
    /// Receives, for each query, <paramref name="stride"/> sums of which the first <see cref="Rows"/> × <paramref name="count"/> are
    /// written.
    /// </param>
    public abstract void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride);

    /// <summary>Sums the products of one row's lower halves and a query.</summary>
    /// <param name="query"><paramref name="padded"/> bytes.</param>
    /// <param name="padded">Of <see cref="FinePadded"/>.</param>
    public virtual int ScoreFine(byte* row, sbyte* query, int padded)
    {
        var sum = 0;
        for (var d = 0; d < padded; d += FineStep, row += FineStep / 2, query += FineStep)
        {
            for (var i = 0; i < FineStep / 2; i++)
            {
                sum += ((row[i] & 0x0F) * query[i]) + ((row[i] >> 4) * query[i + (FineStep / 2)]);
            }
        }

        return sum;
    }
}
