using System.Runtime.CompilerServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Where rows lie: row → segment → pointer, by a shift, a mask and a table of the segments' pointers that stays in the cache.
/// </summary>
/// <remarks>The tables belong to a <see cref="RowTable"/>, which who uses this keeps alive.</remarks>
internal readonly unsafe struct RowMap(nint* codes, nint* scales, nint* links, int shift, int stride, int degree, int limit)
{
    /// <summary>A row's number and a mark for links that are never taken away (<see cref="GraphTree"/>).</summary>
    public const int RowBits = 0x7fff_ffff;

    /// <summary>No row: ends a list of links.</summary>
    public const int End = -1;

    /// <summary>Bytes of a row's codes.</summary>
    public int Stride => stride;

    /// <summary>Links of a row at most.</summary>
    public int Degree => degree;

    /// <summary>Rows from here on are not to be found here: they are newer.</summary>
    public int Limit => limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public sbyte* Codes(int row) => (sbyte*)codes[row >> shift] + ((long)(row & ((1 << shift) - 1)) * stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Scale(int row) => (float*)scales[row >> shift] + (row & ((1 << shift) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int* Links(int row) => (int*)links[row >> shift] + ((long)(row & ((1 << shift) - 1)) * degree);
}
