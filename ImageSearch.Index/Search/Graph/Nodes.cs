namespace ImageSearch.Index.Search.Graph;

/// <summary>The nodes of one level. Implemented by structures, so that a search is compiled for each.</summary>
internal unsafe interface INodes
{
    /// <summary>Nodes from here on are not to be found here: they are newer.</summary>
    int Limit { get; }

    /// <summary>Links of a node at most.</summary>
    int Degree { get; }

    /// <summary>
    /// Up to <see cref="Degree"/> nodes, then <see cref="RowMap.End"/>; the writer may be changing them, but each is a node at any time.
    /// </summary>
    int* Links(int node);

    int Row(int node);
}

/// <summary>Level 0, on which every row is: a node is a row.</summary>
internal readonly unsafe struct Level0Nodes(RowMap map) : INodes
{
    public int Limit => map.Limit;

    public int Degree => map.Degree;

    public int* Links(int node) => map.Links(node);

    public int Row(int node) => node;
}

/// <summary>A level above 0 as a reader sees it.</summary>
internal readonly unsafe struct UpperNodes(nint* chunks, int size, int limit) : INodes
{
    private const int ChunkShift = UpperLevel.ChunkShift;

    public int Limit => limit;

    public int Degree => size - UpperLevel.Header;

    public int* Links(int node) => Node(node) + UpperLevel.Header;

    public int Row(int node) => Node(node)[0];

    /// <summary>The same row's node on the level below, which on level 0 is the row.</summary>
    public int Below(int node) => Node(node)[1];

    private int* Node(int node) => (int*)chunks[node >> ChunkShift] + ((node & ((1 << ChunkShift) - 1)) * size);
}

/// <summary>A level's nodes and those that a batch is about to add to it.</summary>
internal readonly unsafe struct BatchNodes<TNodes>(TNodes nodes, BatchLevel batch) : INodes
    where TNodes : struct, INodes
{
    public int Limit => nodes.Limit;

    public int Degree => nodes.Degree;

    public int* Links(int node) => nodes.Links(node);

    public int Row(int node) => node >= batch.First ? batch.Rows[node - batch.First] : nodes.Row(node);
}
