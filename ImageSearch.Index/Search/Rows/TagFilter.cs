namespace ImageSearch.Index.Search.Rows;

/// <summary>The sets that have a tag, as bits, and how many rows have it.</summary>
internal sealed class TagFilter
{
    private ulong[] _bits = [];
    private long _rows;

    /// <summary>Rows that live: of the newest version, which for planning is near enough.</summary>
    public long Rows => Volatile.Read(ref _rows);

    public bool Contains(int set) =>
        Volatile.Read(ref _bits) is var bits && set >> 6 < bits.Length && (bits[set >> 6] >> (set & 63) & 1) != 0;

    public void Add(int set)
    {
        var bits = _bits;
        if (set >> 6 >= bits.Length)
        {
            Array.Resize(ref bits, Math.Max((set >> 6) + 1, bits.Length * 2));
        }

        bits[set >> 6] |= 1UL << (set & 63); // a reader that sees it early knows of no row of this set
        Volatile.Write(ref _bits, bits);
    }

    public void Count(int rows) => Volatile.Write(ref _rows, _rows + rows);
}
