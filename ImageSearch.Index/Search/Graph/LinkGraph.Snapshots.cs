using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// This part: the levels above 0 as numbers: the first row, then for each level how many nodes it has, and of each node row, node below and
/// links. Level 0 lies in the segments. Both may have come to know later rows than those they are saved with; these are left out.
/// </summary>
internal sealed unsafe partial class LinkGraph
{
    /// <param name="end">Rows from here on are not saved. On each level they are the last ones.</param>
    public byte[] Save(int end)
    {
        var numbers = new List<int> { _root };
        foreach (var level in _upper)
        {
            var nodes = level.Nodes(out var owner);
            var count = nodes.Limit;
            while (count > 0 && nodes.Row(count - 1) >= end)
            {
                count--;
            }

            if (count == 0)
            {
                break; // nor is there any above
            }

            numbers.Add(count);
            for (var node = 0; node < count; node++)
            {
                numbers.Add(nodes.Row(node));
                numbers.Add(nodes.Below(node));
                var links = nodes.Links(node);
                for (var i = 0; i < nodes.Degree; i++)
                {
                    numbers.Add(links[i]);
                }
            }

            GC.KeepAlive(owner);
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray();
    }

    /// <param name="rows">Whose links are in place, but for those to rows that were not saved.</param>
    /// <param name="end">The row after the last.</param>
    /// <exception cref="ArgumentException">The numbers are not those of a graph of these rows.</exception>
    public void Load(RowTable rows, int end, ReadOnlySpan<int> numbers)
    {
        Clear();
        var map = rows.Map;
        for (var row = 0; row < end; row++)
        {
            Tidy(map.Links(row), map.Degree, end);
        }

        Check(!numbers.IsEmpty && numbers[0] < end);
        _root = numbers[0];
        numbers = numbers[1..];
        var below = end;
        while (!numbers.IsEmpty)
        {
            var count = numbers[0];
            var size = UpperLevel.Header + parameters.M;
            Check(count > 0 && count <= below && numbers.Length - 1 >= (long)count * size);
            var level = new UpperLevel(parameters.M);
            for (var node = 0; node < count; node++)
            {
                var saved = numbers.Slice(1 + (node * size), size);
                Check(saved[0] >= 0 && saved[0] < end && saved[1] >= 0 && saved[1] < below);
                level.Add(saved[0], saved[1]);
                var links = level.Nodes(out var owner).Links(node);
                saved[UpperLevel.Header..].CopyTo(new Span<int>(links, parameters.M));
                Tidy(links, parameters.M, count);
                GC.KeepAlive(owner);
            }

            _upper.Add(level);
            below = count;
            numbers = numbers[(1 + (count * size))..];
        }

        // The first node of the highest level is the one that was first to reach it.
        _entry = _upper.Count > 0 ? 0 : _root;
        GC.KeepAlive(rows);
    }

    private static void Check(bool isGraph)
    {
        if (!isGraph)
        {
            throw new ArgumentException("a node is not where it can be");
        }
    }

    /// <summary>Leaves out links to nodes that are not there.</summary>
    private static void Tidy(int* links, int degree, int limit)
    {
        var count = 0;
        for (var i = 0; i < degree && links[i] != RowMap.End; i++)
        {
            if ((links[i] & RowMap.RowBits) < limit)
            {
                links[count++] = links[i];
            }
        }

        if (count < degree)
        {
            links[count] = RowMap.End;
        }
    }
}
