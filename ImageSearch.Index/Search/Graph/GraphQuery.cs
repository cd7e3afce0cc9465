using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>A search from the top of the graph to the bottom.</summary>
internal static unsafe class GraphQuery
{
    /// <summary>
    /// Rows that pass the filter from which level 0 is searched, so that those far from the query are found, too, when none is near it.
    /// </summary>
    private const int Starts = 32;

    /// <summary>
    /// Leaves the <paramref name="ef"/> nearest rows that it finds in the candidates, for the query that is encoded in the scratch.
    /// </summary>
    /// <param name="spread">Begin at several rows: what passes the filter may be elsewhere than what is near the query.</param>
    public static void Search<TFilter>(Int8DotKernel kernel, GraphView graph, TFilter filter, bool spread, int ef, GraphScratch scratch)
        where TFilter : struct, IRowFilter
    {
        scratch.Candidates.Clear(ef);
        if (graph.Entry < 0)
        {
            return;
        }

        var map = graph.Rows.Map;
        var node = graph.Entry;
        var row = graph.Upper.Length == 0 ? node : graph.Upper[^1].Nodes.Row(node);
        scratch.Now.Codes[0] = map.Codes(row);
        kernel.Score(scratch.Query, scratch.Now.Codes, 1, map.Stride, scratch.Sums);
        scratch.Compared++;
        var distance = -scratch.Sums[0] * *map.Scale(row);
        var starts = scratch.Starts;
        starts.Clear();
        for (var level = graph.Upper.Length - 1; level >= 0; level--)
        {
            var nodes = graph.Upper[level].Nodes;
            var start = (node, distance);
            node = nodes.Below(GraphSearch.Descend(kernel, in map, nodes, node, ref distance, scratch));
            if (level == 0 && spread)
            {
                GraphSearch.Explore(kernel, in map, nodes, filter, [start], Starts, scratch);
                for (var i = 0; i < scratch.Candidates.Count; i++)
                {
                    starts.Add((nodes.Below(scratch.Candidates.Node(i)), scratch.Candidates.Distance(i)));
                }
            }
        }

        starts.Add((node, distance));
        GraphSearch.Explore(kernel, in map, new Level0Nodes(map), filter, CollectionsMarshal.AsSpan(starts), ef, scratch);
        GC.KeepAlive(graph);
    }
}
