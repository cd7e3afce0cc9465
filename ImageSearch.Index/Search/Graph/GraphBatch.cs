using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The rows that are linked at the same time. Each looks for neighbours in the graph as it was before the batch, and among all others of
/// the batch; so no row's links depend on when a thread came to it, and the graph is the same for any number of threads.
/// </summary>
internal sealed unsafe class GraphBatch
{
    /// <summary>Rows of the batch that are compared with one of it in one go.</summary>
    public const int Block = 64;

    /// <summary>Possible parents that are remembered for a row.</summary>
    private const int Parents = 8;

    private readonly Int8DotKernel _kernel;
    private readonly GraphParameters _parameters;
    private readonly GraphView _graph;
    private readonly RowMap _map;
    private readonly byte[] _levels;
    private readonly int _first;
    private readonly int[] _parents;
    private readonly byte[] _parentCounts;

    /// <param name="graph">As it was before.</param>
    /// <param name="levels">Of the rows from <paramref name="first"/> on.</param>
    public GraphBatch(Int8DotKernel kernel, GraphParameters parameters, GraphView graph, int first, byte[] levels, List<UpperLevel> upper)
    {
        (_kernel, _parameters, _graph, _map, _first, _levels) = (kernel, parameters, graph, graph.Rows.Map, first, levels);
        _parents = new int[levels.Length * Parents];
        _parentCounts = new byte[levels.Length];
        Levels = [new BatchLevel(first, [.. Enumerable.Range(first, levels.Length)], parameters.M)];
        for (var level = 1; level <= levels.Max(); level++)
        {
            if (level > upper.Count)
            {
                upper.Add(new UpperLevel(parameters.M));
            }

            var below = Levels[level - 1];
            int[] rows = [.. below.Rows.Where(row => levels[row - first] >= level)];
            Levels.Add(new BatchLevel(upper[level - 1].Count, rows, parameters.M));
            for (var (i, at) = (0, 0); i < rows.Length; i++)
            {
                at = Array.IndexOf(below.Rows, rows[i], at);
                upper[level - 1].Add(rows[i], below.First + at);
            }
        }
    }

    public List<BatchLevel> Levels { get; }

    /// <summary>Rows before this one that may be its parents, best first.</summary>
    public ReadOnlySpan<int> ParentsOf(int row) => _parents.AsSpan((row - _first) * Parents, _parentCounts[row - _first]);

    /// <summary>Finds the links of one row on all its levels.</summary>
    public void Find<TFilter>(int place, TFilter filter, BuildScratch scratch)
        where TFilter : struct, IRowFilter
    {
        var row = _first + place;
        var search = scratch.Search;
        _kernel.Widen(_map.Codes(row), _map.Stride, search.Query);
        var (node, distance) = (_graph.Entry, 0f);
        var top = _graph.Upper.Length;
        if (node >= 0)
        {
            distance = DistanceOf(top == 0 ? node : _graph.Upper[top - 1].Nodes.Row(node), search);
        }

        for (var level = Math.Max(top, _levels[place]); level > 0; level--)
        {
            if (level > top)
            {
                search.Candidates.Clear(_parameters.EfConstruction);
                Choose(level, row, default(UpperNodes), scratch);
                continue;
            }

            var nodes = _graph.Upper[level - 1].Nodes;
            if (level > _levels[place])
            {
                node = GraphSearch.Descend(_kernel, in _map, nodes, node, ref distance, search);
            }
            else
            {
                GraphSearch.Explore(_kernel, in _map, nodes, default(AllRows), [(node, distance)], _parameters.EfConstruction, search);
                (node, distance) = (search.Candidates.Node(0), search.Candidates.Distance(0));
                Choose(level, row, nodes, scratch);
            }

            node = nodes.Below(node);
        }

        var nearest = -1;
        search.Candidates.Clear(_parameters.EfConstruction);
        if (node >= 0)
        {
            GraphSearch.Explore(_kernel, in _map, new Level0Nodes(_map), filter, [(node, distance)], _parameters.EfConstruction, search);
            nearest = search.Candidates.Count > 0 ? search.Candidates.Node(0) : node;
        }

        Choose(0, row, new Level0Nodes(_map), scratch);
        RememberParents(place, nearest, search.Candidates);
    }

    private void Choose<TNodes>(int level, int row, TNodes nodes, BuildScratch scratch)
        where TNodes : struct, INodes
    {
        var batch = Levels[level];
        var place = level == 0 ? row - _first : Array.BinarySearch(batch.Rows, row);
        CompareWithBatch(batch, place, scratch.Search);
        var map = new BatchNodes<TNodes>(nodes, batch);
        scratch.Choice.Choose(in _map, map, scratch.Search.Candidates, *_map.Scale(row), _parameters.M, []);
        batch.SetLinks(place, scratch.Choice.Nodes);
    }

    /// <summary>Adds the batch's others to the candidates.</summary>
    private void CompareWithBatch(BatchLevel batch, int place, GraphScratch search)
    {
        for (var from = 0; from < batch.Rows.Length; from += Block)
        {
            var count = Math.Min(Block, batch.Rows.Length - from);
            for (var i = 0; i < count; i++)
            {
                search.Now.Codes[i] = _map.Codes(batch.Rows[from + i]);
            }

            _kernel.Score(search.Query, search.Now.Codes, count, _map.Stride, search.Sums);
            for (var i = 0; i < count; i++)
            {
                if (from + i != place)
                {
                    search.Candidates.Add(-search.Sums[i] * *_map.Scale(batch.Rows[from + i]), batch.First + from + i);
                }
            }
        }
    }

    /// <param name="nearest">In the graph before the batch; below 0 when there was none.</param>
    private void RememberParents(int place, int nearest, Candidates candidates)
    {
        var (row, count) = (_first + place, 0);
        for (var i = 0; i < candidates.Count && count < Parents - 1; i++)
        {
            if (candidates.Node(i) < row)
            {
                _parents[(place * Parents) + count++] = candidates.Node(i);
            }
        }

        if (count == 0 && (nearest >= 0 || place > 0))
        {
            _parents[(place * Parents) + count++] = nearest >= 0 ? nearest : _first;
        }

        _parentCounts[place] = (byte)count;
    }

    private float DistanceOf(int row, GraphScratch search)
    {
        search.Now.Codes[0] = _map.Codes(row);
        _kernel.Score(search.Query, search.Now.Codes, 1, _map.Stride, search.Sums);
        return -search.Sums[0] * *_map.Scale(row);
    }
}
