using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>What one thread needs for a search in the graph; kept from one to the next.</summary>
internal sealed unsafe class GraphScratch
{
    private readonly long _padded;
    private readonly int _most;

    /// <param name="padded">Of a query.</param>
    /// <param name="most">Rows that are compared in one go.</param>
    public GraphScratch(int padded, int most)
    {
        (_padded, _most) = (padded, most);
        Query = (short*)NativeMemory.AlignedAlloc((nuint)padded * sizeof(short), 64);
        Sums = (int*)NativeMemory.Alloc((nuint)most, sizeof(int));
        (Now, Ahead) = (new Neighbours(most), new Neighbours(most));
    }

    ~GraphScratch()
    {
        NativeMemory.AlignedFree(Query);
        NativeMemory.Free(Sums);
    }

    public short* Query { get; }

    public int* Sums { get; }

    /// <summary>What is compared, and what is fetched meanwhile.</summary>
    public Neighbours Now { get; private set; }

    public Neighbours Ahead { get; private set; }

    public Candidates Candidates { get; } = new();

    public Frontier Frontier { get; } = new();

    public VisitedNodes Visited { get; } = new();

    /// <summary>Rows at which the search of level 0 begins.</summary>
    public List<(int Node, float Distance)> Starts { get; } = [];

    /// <summary>Rows that were compared with the query, for planning and tests.</summary>
    public long Compared { get; set; }

    /// <summary>Ends a search between two nodes.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Memory of all of it.</summary>
    public long Bytes => (_padded * sizeof(short)) + (_most * (long)sizeof(int)) + Now.Bytes + Ahead.Bytes + Candidates.Bytes + Frontier.Bytes + Visited.Bytes;

    public void Swap() => (Now, Ahead) = (Ahead, Now);
}
