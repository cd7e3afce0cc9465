using System.Runtime.InteropServices;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// What a graph has above level 0 as 32-bit numbers: the entry, the number of levels, and for each the number of its nodes and of these the row, the node below and the
/// links. Links may have been written later than the rest; those to what is not there are left out when they are read.
/// </summary>
internal static unsafe class GraphCodec
{
    public static byte[] Encode(GraphView view)
    {
        var numbers = new List<int> { view.Entry, view.Upper.Length };
        foreach (var (nodes, owners) in view.Upper)
        {
            numbers.Add(nodes.Limit);
            for (var node = 0; node < nodes.Limit; node++)
            {
                numbers.Add(nodes.Row(node));
                numbers.Add(nodes.Below(node));
                numbers.AddRange(new ReadOnlySpan<int>(nodes.Links(node), nodes.Degree));
            }

            GC.KeepAlive(owners);
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray();
    }

    /// <param name="degree">Links of a node at most.</param>
    /// <param name="rows">That there are.</param>
    /// <exception cref="InvalidSnapshotException">It is no graph of so many rows.</exception>
    public static (int Entry, List<UpperLevel> Levels) Decode(ReadOnlySpan<byte> state, int degree, int rows)
    {
        var numbers = MemoryMarshal.Cast<byte, int>(state);
        var (entry, count) = (Next(ref numbers, rows), Next(ref numbers, GraphLevels.Highest + 1));
        var levels = new List<UpperLevel>();
        for (var below = rows; levels.Count < count;)
        {
            var level = new UpperLevel(degree);
            var length = Next(ref numbers, below + 1);
            for (var node = 0; node < length; node++)
            {
                level.Add(Next(ref numbers, rows), Next(ref numbers, below));
                var links = new Span<int>(level.Nodes(out var owner).Links(node), degree);
                Take(ref numbers, degree).CopyTo(links);
                LeaveOut(links, length);
                GC.KeepAlive(owner);
            }

            levels.Add(level);
            below = length;
        }

        // An entry is a node of the highest level; without rows there is none.
        return numbers.IsEmpty && entry < (levels.Count == 0 ? rows : levels[^1].Count) && (entry >= 0 || rows == 0 || count == 0)
            ? (entry, levels)
            : throw Nonsense();
    }

    /// <summary>Leaves out links to nodes that are not there.</summary>
    /// <param name="limit">Nodes that are there.</param>
    public static void LeaveOut(Span<int> links, int limit)
    {
        var kept = 0;
        foreach (var link in links)
        {
            if (link == RowMap.End)
            {
                break;
            }

            if ((link & RowMap.RowBits) < limit)
            {
                links[kept++] = link;
            }
        }

        if (kept < links.Length)
        {
            links[kept] = RowMap.End;
        }
    }

    private static int Next(ref ReadOnlySpan<int> numbers, int limit) =>
        Take(ref numbers, 1)[0] is var number && number >= -1 && number < limit ? number : throw Nonsense();

    private static ReadOnlySpan<int> Take(ref ReadOnlySpan<int> numbers, int count)
    {
        if (count > numbers.Length)
        {
            throw Nonsense();
        }

        var taken = numbers[..count];
        numbers = numbers[count..];
        return taken;
    }

    private static InvalidSnapshotException Nonsense() => new("its graph makes no sense");
}
