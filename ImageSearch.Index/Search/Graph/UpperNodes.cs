namespace ImageSearch.Index.Search.Graph;

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
