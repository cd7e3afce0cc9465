using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Which of the nearest become links: one is left out when it is as near to one that was chosen before as to the node itself, as that one
/// leads to it (Algorithm 4 of Malkov and Yashunin). So links go in different directions; and of many equal vectors one is enough.
/// </summary>
internal sealed unsafe class NeighbourChoice(Int8DotKernel kernel, int padded, int most)
{
    /// <summary>
    /// A candidate is left out when it is nearer to a chosen one by this factor of squared distance. With 1, as in the paper, clustered
    /// data need twice the ef for a recall of 0.999; with 1.1 data without clusters do, as then hardly anything is left out.
    /// </summary>
    private const float Slack = 1.04f;

    private readonly short* _widened = (short*)NativeMemory.AlignedAlloc((nuint)padded * sizeof(short), 64);
    private readonly sbyte** _codes = (sbyte**)NativeMemory.Alloc((nuint)most, (nuint)sizeof(sbyte*));
    private readonly float* _scales = (float*)NativeMemory.Alloc((nuint)most, sizeof(float));
    private readonly int* _sums = (int*)NativeMemory.Alloc(Int8DotKernel.Together, sizeof(int));
    private readonly int[] _nodes = new int[most];

    ~NeighbourChoice()
    {
        NativeMemory.AlignedFree(_widened);
        NativeMemory.Free(_codes);
        NativeMemory.Free(_scales);
        NativeMemory.Free(_sums);
    }

    /// <summary>The chosen, nearest first.</summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <param name="sorted">Distances as of <see cref="GraphSearch"/>, the query being the node's codes.</param>
    /// <param name="scale">The node's.</param>
    /// <param name="kept">Among the sorted ones, chosen whatever the others are.</param>
    public void Choose<TNodes>(in RowMap map, TNodes nodes, Candidates sorted, float scale, int max, ReadOnlySpan<int> kept)
        where TNodes : struct, INodes
    {
        Count = 0;
        var reserved = kept.Length;
        for (var i = 0; i < sorted.Count && Count < max; i++)
        {
            var node = sorted.Node(i);
            var row = nodes.Row(node);
            var codes = map.Codes(row);
            var rowScale = *map.Scale(row);
            if (reserved > 0 && kept.Contains(node))
            {
                reserved--;
            }
            else if (Count + reserved >= max || !Differs(codes, rowScale, sorted.Distance(i) * scale))
            {
                continue;
            }

            _nodes[Count] = node;
            _codes[Count] = codes;
            _scales[Count] = rowScale;
            Count++;
        }
    }

    private bool Differs(sbyte* codes, float scale, float distance)
    {
        kernel.Widen(codes, padded, _widened);
        for (var i = 0; i < Count; i += Int8DotKernel.Together)
        {
            var count = Math.Min(Count - i, Int8DotKernel.Together);
            kernel.Score(_widened, _codes + i, count, padded, _sums);
            for (var j = 0; j < count; j++)
            {
                // Squared distances of unit vectors are 2 - 2 · product; here products are negative.
                if ((1 - (_sums[j] * scale * _scales[i + j])) * Slack <= 1 + distance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
