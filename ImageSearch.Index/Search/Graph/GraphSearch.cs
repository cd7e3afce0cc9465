using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The two ways through a level. Distances are minus the products of codes times the row's scale: the query's own scale would change no order.
/// </summary>
internal static unsafe class GraphSearch
{
    /// <summary>Goes to the neighbour that is nearest, as long as one is nearer.</summary>
    /// <returns>The node where it ends.</returns>
    public static int Descend<TNodes>(RowKernel kernel, in RowMap map, TNodes nodes, int node, ref float distance, GraphScratch scratch)
        where TNodes : struct, INodes
    {
        for (var moved = true; moved;)
        {
            moved = false;
            var count = Gather(in map, nodes, node, null, 0, scratch);
            kernel.Score(scratch.Query, scratch.Codes, count, map.Stride, scratch.Sums);
            scratch.Compared += count;
            for (var i = 0; i < count; i++)
            {
                var d = -scratch.Sums[i] * *scratch.Scales[i];
                if (d < distance)
                {
                    (distance, node, moved) = (d, scratch.Nodes[i], true);
                }
            }
        }

        return node;
    }

    /// <summary>
    /// Follows the links of the nearest node that has not been followed, until none is left that is nearer than the farthest of the
    /// <see cref="GraphScratch.Candidates"/>: those are the answer. Nodes that the filter refuses are followed as well, as long as they are near enough.
    /// </summary>
    public static void Explore<TNodes, TFilter>(
        RowKernel kernel, in RowMap map, TNodes nodes, TFilter filter, int start, float distance, int ef, GraphScratch scratch)
        where TNodes : struct, INodes
        where TFilter : struct, IRowFilter
    {
        var (candidates, frontier) = (scratch.Candidates, scratch.Frontier);
        var visited = scratch.Visited.Begin(nodes.Limit, out var search);
        candidates.Clear(ef);
        frontier.Clear();
        visited[start] = search;
        Offer(filter.Accepts(nodes.Row(start)), distance, start);

        while (true)
        {
            int node;
            if (frontier.Count > 0 && frontier.NextDistance < (candidates.HasNext ? candidates.NextDistance : candidates.Bound))
            {
                node = frontier.Follow();
            }
            else if (candidates.HasNext)
            {
                node = candidates.Follow();
            }
            else
            {
                return;
            }

            if (candidates.HasNext)
            {
                PrefetchLinks(nodes, candidates.Node(candidates.Next)); // the likely one after this
            }

            var count = Gather(in map, nodes, node, visited, search, scratch);
            kernel.Score(scratch.Query, scratch.Codes, count, map.Stride, scratch.Sums);
            scratch.Compared += count;
            for (var i = 0; i < count; i++)
            {
                var d = -scratch.Sums[i] * *scratch.Scales[i];
                if (d < candidates.Bound)
                {
                    var neighbour = scratch.Nodes[i];
                    if (Offer(filter.Accepts(nodes.Row(neighbour)), d, neighbour))
                    {
                        PrefetchLinks(nodes, neighbour);
                    }
                }
            }
        }

        bool Offer(bool accepted, float d, int node)
        {
            if (accepted)
            {
                return candidates.Add(d, node);
            }

            frontier.Add(d, node);
            return true;
        }
    }

    /// <summary>Collects the neighbours that were not visited yet and has their codes fetched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Gather<TNodes>(in RowMap map, TNodes nodes, int node, byte* visited, byte search, GraphScratch scratch)
        where TNodes : struct, INodes
    {
        var links = nodes.Links(node);
        var (degree, limit, stride) = (nodes.Degree, nodes.Limit, map.Stride);
        var found = scratch.Nodes;
        var codes = scratch.Codes;
        var scales = scratch.Scales;
        var count = 0;
        for (var i = 0; i < degree; i++)
        {
            var link = links[i];
            if (link == RowMap.End)
            {
                break;
            }

            var neighbour = link & RowMap.RowBits;
            if (neighbour >= limit)
            {
                continue;
            }

            if (visited != null)
            {
                if (visited[neighbour] == search)
                {
                    continue;
                }

                visited[neighbour] = search;
            }

            var row = nodes.Row(neighbour);
            found[count] = neighbour;
            codes[count] = map.Codes(row);
            scales[count] = map.Scale(row);
            if (count < RowKernel.Together)
            {
                RowKernel.Prefetch(codes[count], stride);
            }

            if (Sse.IsSupported)
            {
                Sse.Prefetch0(scales[count]);
            }

            count++;
        }

        return count;
    }

    private static void PrefetchLinks<TNodes>(TNodes nodes, int node)
        where TNodes : struct, INodes
    {
        if (Sse.IsSupported)
        {
            var links = nodes.Links(node);
            Sse.Prefetch0(links);
            Sse.Prefetch0(links + 16);
        }
    }
}
