using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>
/// Inner products of queries with vectors of which each dimension is a byte. A panel holds <see cref="Rows"/> vectors, interleaved by
/// <see cref="Step"/> dimensions, which is what one instruction multiplies and adds:
/// <code>
/// dimensions 0..3: row 0, row 1, … row 15
/// dimensions 4..7: row 0, row 1, … row 15
/// …
/// </code>
/// Codes are unsigned, <see cref="Zero"/> stands for 0; queries are signed and at most <see cref="LargestQuery"/>, so that no sum of two
/// products overflows 16 bits: 255 × 63 × 2 &lt; 32,768. Sums are exact.
/// </summary>
/// <remarks>The pointers are of memory that the caller keeps alive, aligned to a cache line where they point to panels.</remarks>
internal abstract unsafe class CodeKernel
{
    /// <summary>Vectors of a panel.</summary>
    public const int Rows = PanelKernel.Rows;

    /// <summary>Dimensions that lie together.</summary>
    public const int Step = 4;

    /// <summary>Queries that <see cref="ScoreBatch"/> takes at once.</summary>
    public const int BatchQueries = 8;

    public const int LargestQuery = 63;

    public const int LargestCode = 127;

    /// <summary>The code of 0.</summary>
    public const int Zero = 128;

    /// <summary>The fastest that this processor runs, chosen once.</summary>
    public static CodeKernel Best { get; } =
        Avx512BW.IsSupported && Vector512.IsHardwareAccelerated ? new Avx512CodeKernel()
        : Avx2.IsSupported ? new Avx2CodeKernel()
        : new PortableCodeKernel();

    /// <summary>Bytes of a vector's codes.</summary>
    public static int Padded(int dimension) => (dimension + Step - 1) / Step * Step;

    /// <summary>Sums the products of codes and query, where a code counts from 0 to 255.</summary>
    /// <param name="query"><paramref name="padded"/> bytes.</param>
    /// <param name="sums">Receives <see cref="Rows"/> × <paramref name="count"/>.</param>
    public abstract void Score(byte* panels, int count, sbyte* query, int padded, int* sums);

    /// <summary>The same for <see cref="BatchQueries"/> queries.</summary>
    /// <param name="queries">Interleaved: the first <see cref="Step"/> dimensions of every query, the next of every query, …</param>
    /// <param name="sums">Receives, for each query, <paramref name="stride"/> sums of which the first <see cref="Rows"/> × <paramref name="count"/> are written.</param>
    public abstract void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride);
}
