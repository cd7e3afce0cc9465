namespace ImageSearch.Index.Search.Graph;

/// <summary>What a snapshot of a <see cref="GraphIndex"/> has besides rows.</summary>
/// <param name="End">The row after the last: as many rows are covered, dead ones included.</param>
internal sealed record GraphState(GraphView View, int End);
