namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The graph as one reader sees it from the beginning of its search to the end. Rows and nodes that are newer are passed by.
/// </summary>
/// <param name="Entry">Where a search begins: a node of the highest level; below 0 when the graph is empty.</param>
internal sealed record GraphView(RowTable Rows, UpperView[] Upper, int Entry)
{
    public static GraphView Empty(RowTable rows) => new(rows, [], -1);
}

/// <param name="Owners">What keeps the memory alive.</param>
internal sealed record UpperView(UpperNodes Nodes, object Owners);

/// <summary>What a snapshot of a <see cref="GraphIndex"/> has besides rows.</summary>
/// <param name="End">The row after the last: as many rows are covered, dead ones included.</param>
internal sealed record GraphState(GraphView View, int End);
