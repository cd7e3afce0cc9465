namespace ImageSearch.Index.Search.Graph;

/// <summary>The graph as one reader sees it from the beginning of its search to the end. Rows and nodes that are newer are passed by.</summary>
/// <param name="Entry">Where a search begins: a node of the highest level; below 0 when the graph is empty.</param>
internal sealed record GraphView(RowTable Rows, UpperView[] Upper, int Entry)
{
    public static GraphView Empty(RowTable rows) => new(rows, [], -1);
}
