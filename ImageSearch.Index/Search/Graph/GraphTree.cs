using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Keeps the ground level in one piece. Every row but the first has a parent among the rows before it, near it, and the two links between
/// them are marked and never pruned. By induction each row reaches the first one and is reached from it; so from any entry all rows are
/// reached, whatever the heuristic takes away: equal vectors by the thousand, clusters far apart, rows that are nobody's near neighbour.
/// </summary>
/// <remarks>
/// A parent has a limited number of children, so that most of its links remain for the heuristic. The parents of a batch are decided on by
/// one thread, in the order of rows.
/// </remarks>
internal sealed unsafe class GraphTree(int m)
{
    /// <summary>In a link: it is part of the tree.</summary>
    public const int Mark = int.MinValue;

    private readonly int _mostChildren = Math.Max(1, m / 2);

    // Children of this batch, whose links are not written yet: the latest of a parent, and of each child the one before.
    private readonly Dictionary<int, int> _latest = [];
    private readonly Dictionary<int, int> _before = [];
    private readonly List<int> _children = [];

    /// <summary>Forgets the children of the batch before, which are in the links now.</summary>
    public void Begin()
    {
        _latest.Clear();
        _before.Clear();
    }

    /// <param name="near">Rows before this one, best first; at least one.</param>
    public int Adopt(in RowMap map, int row, ReadOnlySpan<int> near)
    {
        var parent = -1;
        foreach (var candidate in near)
        {
            if (Children(in map, candidate) < _mostChildren)
            {
                parent = candidate;
                break;
            }
        }

        // All have enough, as happens among equal vectors: then somewhere below the nearest one, where the tree ends after few steps.
        for (var (at, hash) = (near[0], (uint)row); parent < 0;)
        {
            if (Children(in map, at) < _mostChildren)
            {
                parent = at;
            }
            else
            {
                hash = (hash * 0x9e37_79b1) ^ (hash >> 15);
                at = _children[(int)(hash % (uint)_children.Count)];
            }
        }

        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, parent, out var exists);
        _before[row] = exists ? latest : -1;
        latest = row;
        return parent;
    }

    /// <summary>Lists a row's children.</summary>
    private int Children(in RowMap map, int row)
    {
        _children.Clear();
        var links = map.Links(row);
        for (var i = 0; i < map.Degree && links[i] != RowMap.End; i++)
        {
            if (links[i] < 0 && (links[i] & RowMap.RowBits) > row)
            {
                _children.Add(links[i] & RowMap.RowBits);
            }
        }

        for (var child = _latest.GetValueOrDefault(row, -1); child >= 0; child = _before[child])
        {
            _children.Add(child);
        }

        return _children.Count;
    }
}
