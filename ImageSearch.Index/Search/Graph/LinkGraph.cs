using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// A graph after Malkov and Yashunin (HNSW) over rows of codes, to which rows are added in batches, as ParlayANN does (Manohar and others,
/// 2024). One writer; readers take a <see cref="GraphView"/> and need no lock: a list of links may change under them, but each number in it
/// is a node at any time, and those they do not know yet they pass by.
/// </summary>
internal sealed unsafe partial class LinkGraph(Int8DotKernel kernel, GraphParameters parameters, int threads)
{
    /// <summary>Codes of a batch: its rows are compared with each other, for which they should stay in the second-level cache.</summary>
    private const int BatchBytes = 512 * 1024;

    private readonly List<UpperLevel> _upper = [];
    private readonly GraphTree _tree = new(parameters.M);
    private readonly ReverseLinks _reverse = new();
    private readonly ConcurrentStack<BuildScratch> _scratch = new();
    private int _entry = -1;
    private int _root = -1; // the first row

    public long UpperBytes => _upper.Sum(level => level.Bytes);

    /// <summary>What a reader may go through from now on.</summary>
    public GraphView View(RowTable rows) =>
        new(rows, [.. _upper.Select(level => new UpperView(level.Nodes(out var owner), owner))], _entry);

    /// <summary>Forgets all rows, none of which is of use any more. Readers that are under way go on undisturbed.</summary>
    public void Clear()
    {
        _upper.Clear();
        (_entry, _root) = (-1, -1);
    }

    /// <param name="rows">With the new ones, whose codes are written.</param>
    /// <param name="levels">Of the rows from <paramref name="first"/> on.</param>
    /// <param name="filter">Rows that may get links to them.</param>
    public void Add<TFilter>(RowTable rows, int first, ReadOnlySpan<byte> levels, TFilter filter)
        where TFilter : struct, IRowFilter
    {
        var size = Math.Clamp(BatchBytes / rows.Map.Stride, 64, 4096);
        for (var i = 0; i < levels.Length; i += size)
        {
            AddBatch(rows, first + i, levels[i..Math.Min(i + size, levels.Length)].ToArray(), filter);
        }
    }

    private void AddBatch<TFilter>(RowTable rows, int first, byte[] levels, TFilter filter)
        where TFilter : struct, IRowFilter
    {
        var map = rows.Map;
        var batch = new GraphBatch(kernel, parameters, View(rows), first, levels, _upper);
        InParallel(levels.Length, map.Stride, (i, scratch) => batch.Find(i, filter, scratch));

        _tree.Begin();
        for (var level = 0; level < batch.Levels.Count; level++)
        {
            WriteLinks(batch, level, map);
            _reverse.Group();
            if (level == 0)
            {
                var nodes = new Level0Nodes(map);
                InParallel(_reverse.Targets, map.Stride, (i, scratch) => LinkBack(i, map, nodes, scratch));
            }
            else
            {
                var nodes = _upper[level - 1].Nodes(out var owner);
                InParallel(_reverse.Targets, map.Stride, (i, scratch) => LinkBack(i, map, nodes, scratch));
                GC.KeepAlive(owner);
            }
        }

        _root = _root < 0 ? first : _root;
        var highest = batch.Levels[^1];
        if (_entry < 0 || (batch.Levels.Count - 1 == _upper.Count && _upper.Count > 0 && highest.First == 0))
        {
            _entry = highest.First; // the first node of a new highest level
        }

        GC.KeepAlive(rows);
    }

    /// <summary>Writes the new nodes' own lists, which no reader comes to yet, and collects the links back.</summary>
    private void WriteLinks(GraphBatch batch, int level, RowMap map)
    {
        _reverse.Clear();
        var added = batch.Levels[level];
        var upper = level == 0 ? default : _upper[level - 1].Nodes(out _);
        for (var place = 0; place < added.Rows.Length; place++)
        {
            var node = added.First + place;
            var list = level == 0 ? map.Links(node) : upper.Links(node);
            var (count, parent) = (0, -1);
            if (level == 0 && batch.ParentsOf(node) is { Length: > 0 } near)
            {
                parent = _tree.Adopt(in map, node, near);
                list[count++] = parent | GraphTree.Mark;
                _reverse.Add(parent, node, marked: true);
            }

            foreach (var link in added.Links(place))
            {
                if (link != parent)
                {
                    list[count++] = link;
                    _reverse.Add(link, node, marked: false);
                }
            }

            if (count < (level == 0 ? map.Degree : parameters.M))
            {
                list[count] = RowMap.End;
            }
        }
    }

    /// <summary>Adds links back to a node's list, and where that is full chooses among all.</summary>
    private void LinkBack<TNodes>(int target, RowMap map, TNodes nodes, BuildScratch scratch)
        where TNodes : struct, INodes
    {
        var node = _reverse.Target(target);
        var list = nodes.Links(node);
        var all = scratch.Links;
        all.Clear();
        for (var i = 0; i < nodes.Degree && list[i] != RowMap.End; i++)
        {
            all.Add(list[i]);
        }

        for (var i = 0; i < _reverse.Count(target); i++)
        {
            var (source, mark) = (_reverse.Source(target, i), _reverse.Marked(target, i) ? GraphTree.Mark : 0);
            var known = all.FindIndex(link => (link & RowMap.RowBits) == source);
            if (known < 0)
            {
                all.Add(source | mark);
            }
            else
            {
                all[known] |= mark;
            }
        }

        if (all.Count > nodes.Degree)
        {
            Prune(node, map, nodes, scratch);
        }

        for (var i = 0; i < all.Count; i++)
        {
            list[i] = all[i];
        }

        if (all.Count < nodes.Degree)
        {
            list[all.Count] = RowMap.End;
        }
    }

    /// <summary>Leaves as many of the links as a node may have.</summary>
    private void Prune<TNodes>(int node, RowMap map, TNodes nodes, BuildScratch scratch)
        where TNodes : struct, INodes
    {
        var (search, all, kept) = (scratch.Search, scratch.Links, scratch.Kept);
        var row = nodes.Row(node);
        kernel.Widen(map.Codes(row), map.Stride, search.Query);
        search.Candidates.Clear(all.Count);
        kept.Clear();
        for (var from = 0; from < all.Count; from += GraphBatch.Block)
        {
            var count = Math.Min(GraphBatch.Block, all.Count - from);
            for (var i = 0; i < count; i++)
            {
                search.Now.Codes[i] = map.Codes(nodes.Row(all[from + i] & RowMap.RowBits));
                if (i < Int8DotKernel.Together)
                {
                    Int8DotKernel.Prefetch(search.Now.Codes[i], map.Stride);
                }
            }

            kernel.Score(search.Query, search.Now.Codes, count, map.Stride, search.Sums);
            for (var i = 0; i < count; i++)
            {
                var neighbour = all[from + i] & RowMap.RowBits;
                search.Candidates.Add(-search.Sums[i] * *map.Scale(nodes.Row(neighbour)), neighbour);
                if (all[from + i] < 0)
                {
                    kept.Add(neighbour);
                }
            }
        }

        var marked = CollectionsMarshal.AsSpan(kept);
        scratch.Choice.Choose(in map, nodes, search.Candidates, *map.Scale(row), nodes.Degree, marked);
        all.Clear();
        foreach (var link in scratch.Choice.Nodes)
        {
            all.Add(marked.Contains(link) ? link | GraphTree.Mark : link);
        }
    }

    private void InParallel(int count, int padded, Action<int, BuildScratch> work)
    {
        if (threads == 1 || count == 1)
        {
            var scratch = Rent(padded);
            for (var i = 0; i < count; i++)
            {
                work(i, scratch);
            }

            _scratch.Push(scratch);
            return;
        }

        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => Rent(padded), (i, _, scratch) =>
        {
            work(i, scratch);
            return scratch;
        }, _scratch.Push);
    }

    private BuildScratch Rent(int padded) => _scratch.TryPop(out var scratch) ? scratch : new BuildScratch(kernel, padded, parameters);
}
