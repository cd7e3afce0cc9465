namespace ImageSearch.Index.Search.Graph;

/// <param name="Owners">What keeps the memory alive.</param>
internal sealed record UpperView(UpperNodes Nodes, object Owners);
