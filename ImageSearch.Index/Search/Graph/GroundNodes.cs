namespace ImageSearch.Index.Search.Graph;

/// <summary>Level 0, on which every row is: a node is a row.</summary>
internal readonly unsafe struct GroundNodes(RowMap map) : INodes
{
    public int Limit => map.Limit;

    public int Degree => map.Degree;

    public int* Links(int node) => map.Links(node);

    public int Row(int node) => node;
}
