namespace ImageSearch.Index.Search.Graph;

/// <summary>A level's nodes and those that a batch is about to add to it.</summary>
internal readonly unsafe struct BatchNodes<TNodes>(TNodes nodes, BatchLevel batch) : INodes
    where TNodes : struct, INodes
{
    public int Limit => nodes.Limit;

    public int Degree => nodes.Degree;

    public int* Links(int node) => nodes.Links(node);

    public int Row(int node) => node >= batch.First ? batch.Rows[node - batch.First] : nodes.Row(node);
}
