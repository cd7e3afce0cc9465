using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// A level above 0: nodes of its own numbering, each with its row, the same row's node on the level below, and its links. About one row in
/// M has a node on level 1, one in M² on level 2; so the ground level needs no reference upwards, and the way down needs no map.
/// </summary>
internal sealed unsafe class UpperLevel(int degree)
{
    public const int ChunkShift = 8;

    /// <summary>Numbers before the links: row, node below.</summary>
    public const int Header = 2;

    private readonly List<AlignedMemory> _chunks = [];
    private nint[] _table = GC.AllocateArray<nint>(1, pinned: true);

    public int Count { get; private set; }

    public long Bytes => _chunks.Sum(chunk => chunk.Bytes);

    /// <summary>What readers may see from now on. Valid while this level is referred to, and <paramref name="table"/>.</summary>
    public UpperNodes Nodes(out object table)
    {
        table = _table;
        fixed (nint* chunks = _table)
        {
            return new UpperNodes(chunks, Header + degree, Count);
        }
    }

    public int Add(int row, int below)
    {
        var node = Count;
        if (node >> ChunkShift == _chunks.Count)
        {
            var chunk = new AlignedMemory((1L << ChunkShift) * (Header + degree) * sizeof(int));
            _chunks.Add(chunk);
            if (_chunks.Count > _table.Length)
            {
                // Readers keep the table that they have: in it are all nodes that they know of.
                var larger = GC.AllocateArray<nint>(2 * _table.Length, pinned: true);
                _table.CopyTo(larger, 0);
                _table = larger;
            }

            _table[_chunks.Count - 1] = (nint)chunk.Pointer;
        }

        var at = (int*)_table[node >> ChunkShift] + ((node & ((1 << ChunkShift) - 1)) * (Header + degree));
        (at[0], at[1], at[Header]) = (row, below, RowMap.End);
        Count++;
        return node;
    }
}
