using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>A search from the top of the graph to the bottom.</summary>
internal static unsafe class GraphQuery
{
    /// <summary>Leaves the <paramref name="ef"/> nearest rows that it finds in the candidates, for the query that is encoded in the scratch.</summary>
    public static void Search<TFilter>(RowKernel kernel, GraphView graph, TFilter filter, int ef, GraphScratch scratch)
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
        for (var level = graph.Upper.Length - 1; level >= 0; level--)
        {
            var nodes = graph.Upper[level].Nodes;
            node = nodes.Below(GraphSearch.Descend(kernel, in map, nodes, node, ref distance, scratch));
        }

        GraphSearch.Explore(kernel, in map, new GroundNodes(map), filter, node, distance, ef, scratch);
        GC.KeepAlive(graph);
    }
}
