using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>What one thread needs for a search in the graph; kept from one to the next.</summary>
internal sealed unsafe class GraphScratch
{
    /// <param name="padded">Of a query.</param>
    /// <param name="degree">Links of a node at most.</param>
    public GraphScratch(int padded, int degree)
    {
        Query = (short*)NativeMemory.AlignedAlloc((nuint)padded * sizeof(short), 64);
        Codes = (sbyte**)NativeMemory.Alloc((nuint)degree, (nuint)sizeof(sbyte*));
        Scales = (float**)NativeMemory.Alloc((nuint)degree, (nuint)sizeof(float*));
        Nodes = (int*)NativeMemory.Alloc((nuint)degree, sizeof(int));
        Sums = (int*)NativeMemory.Alloc((nuint)degree, sizeof(int));
    }

    ~GraphScratch()
    {
        NativeMemory.AlignedFree(Query);
        NativeMemory.Free(Codes);
        NativeMemory.Free(Scales);
        NativeMemory.Free(Nodes);
        NativeMemory.Free(Sums);
    }

    public short* Query { get; }

    /// <summary>Of the neighbours that are being looked at: codes, scales, nodes, sums.</summary>
    public sbyte** Codes { get; }

    public float** Scales { get; }

    public int* Nodes { get; }

    public int* Sums { get; }

    public Candidates Candidates { get; } = new();

    public Frontier Frontier { get; } = new();

    public VisitedNodes Visited { get; } = new();

    /// <summary>Rows that were compared with the query, for planning and tests.</summary>
    public long Compared { get; set; }
}
