using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The two ways through a level. Distances are minus the products of codes times the row's scale: the query's own scale would change no
/// order.
/// </summary>
internal static unsafe class GraphSearch
{
    /// <summary>Nodes followed between two looks at whether to stop: some tens of microseconds.</summary>
    private const int Hops = 64;

    /// <summary>Goes to the neighbour that is nearest, as long as one is nearer.</summary>
    /// <returns>The node where it ends.</returns>
    public static int Descend<TNodes>(Int8DotKernel kernel, in RowMap map, TNodes nodes, int node, ref float distance, GraphScratch scratch)
        where TNodes : struct, INodes
    {
        var neighbours = scratch.Now;
        for (var moved = true; moved;)
        {
            moved = false;
            Gather(in map, nodes, node, null, 0, neighbours);
            Score(kernel, in map, neighbours, scratch);
            for (var i = 0; i < neighbours.Count; i++)
            {
                var d = -scratch.Sums[i] * *neighbours.Scales[i];
                if (d < distance)
                {
                    (distance, node, moved) = (d, neighbours.Nodes[i], true);
                }
            }
        }

        return node;
    }

    /// <summary>
    /// Follows the links of the nearest node that has not been followed, until none is left that is nearer than the farthest of the
    /// <see cref="GraphScratch.Candidates"/>: those are the answer. Nodes that the filter refuses are followed as well, as long as they are
    /// near enough.
    /// </summary>
    /// <exception cref="OperationCanceledException">The scratch's token says so, which is looked at now and then.</exception>
    /// <remarks>
    /// What takes time is to wait for memory. So the neighbours of the nearest node are fetched while those of the one before are compared,
    /// though these might have brought a nearer one to light: a few more rows are compared, and hardly one is waited for.
    /// </remarks>
    public static void Explore<TNodes, TFilter>(
        Int8DotKernel kernel, in RowMap map, TNodes nodes, TFilter filter, ReadOnlySpan<(int Node, float Distance)> starts, int ef,
        GraphScratch scratch)
        where TNodes : struct, INodes
        where TFilter : struct, IRowFilter
    {
        var (candidates, frontier) = (scratch.Candidates, scratch.Frontier);
        var visited = scratch.Visited.Begin(nodes.Limit, out var search);
        candidates.Clear(ef);
        frontier.Clear();
        foreach (var (node, distance) in starts)
        {
            if (visited[node] != search)
            {
                visited[node] = search;
                Offer(filter, nodes.Row(node), node, distance, scratch);
            }
        }

        scratch.Now.Count = 0;
        for (var hop = 0; ; hop++)
        {
            if (hop % Hops == 0)
            {
                scratch.CancellationToken.ThrowIfCancellationRequested();
            }

            scratch.Ahead.Count = 0;
            if (TryFollow(candidates, frontier, out var next))
            {
                if (candidates.HasNext)
                {
                    PrefetchLinks(nodes, candidates.Node(candidates.Next)); // likely the one after this
                }

                Gather(in map, nodes, next, visited, search, scratch.Ahead);
            }
            else if (scratch.Now.Count == 0)
            {
                return;
            }

            var now = scratch.Now;
            Score(kernel, in map, now, scratch);
            for (var i = 0; i < now.Count; i++)
            {
                var d = -scratch.Sums[i] * *now.Scales[i];
                if (d < candidates.Bound && Offer(filter, nodes.Row(now.Nodes[i]), now.Nodes[i], d, scratch))
                {
                    PrefetchLinks(nodes, now.Nodes[i]);
                }
            }

            scratch.Swap();
        }
    }

    /// <summary>Takes the nearest node whose links are to be followed, be it a result or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFollow(Candidates candidates, Frontier frontier, out int node)
    {
        if (frontier.Count > 0 && frontier.NextDistance < (candidates.HasNext ? candidates.NextDistance : candidates.Bound))
        {
            node = frontier.Follow();
            return true;
        }

        if (candidates.HasNext)
        {
            node = candidates.Follow();
            return true;
        }

        node = 0;
        return false;
    }

    /// <returns>Whether its links may be wanted soon.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Offer<TFilter>(TFilter filter, int row, int node, float distance, GraphScratch scratch)
        where TFilter : struct, IRowFilter
    {
        if (filter.Accepts(row))
        {
            return scratch.Candidates.Add(distance, node);
        }

        scratch.Frontier.Add(distance, node);
        return true;
    }

    private static void Score(Int8DotKernel kernel, in RowMap map, Neighbours neighbours, GraphScratch scratch)
    {
        kernel.Score(scratch.Query, neighbours.Codes, neighbours.Count, map.Stride, scratch.Sums);
        scratch.Compared += neighbours.Count;
    }

    /// <summary>
    /// Collects the neighbours that were not visited yet and has the codes of the first fetched; the kernel does it for the others.
    /// </summary>
    /// <param name="visited">Null: all.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather<TNodes>(in RowMap map, TNodes nodes, int node, byte* visited, byte search, Neighbours neighbours)
        where TNodes : struct, INodes
    {
        var links = nodes.Links(node);
        var (degree, limit, stride) = (nodes.Degree, nodes.Limit, map.Stride);
        var found = neighbours.Nodes;
        var codes = neighbours.Codes;
        var scales = neighbours.Scales;
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
            if (count < Int8DotKernel.Together)
            {
                Int8DotKernel.Prefetch(codes[count], stride);
            }

            if (Sse.IsSupported)
            {
                Sse.Prefetch0(scales[count]);
            }

            count++;
        }

        neighbours.Count = count;
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
