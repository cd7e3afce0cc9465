namespace ImageSearch.Index.Search.Graph;

/// <summary>What a snapshot of a <see cref="GraphIndex"/> has besides rows.</summary>
/// <param name="Rows">That the snapshot covers, dead ones included.</param>
/// <param name="End">The row after the last.</param>
internal sealed record GraphState(GraphView View, long Rows, int End);
