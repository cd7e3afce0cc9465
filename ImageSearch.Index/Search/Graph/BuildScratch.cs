using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>What one thread needs for building.</summary>
internal sealed class BuildScratch(Int8DotKernel kernel, int padded, GraphParameters parameters)
{
    public GraphScratch Search { get; } = new(padded, Math.Max(parameters.Links, GraphBatch.Block));

    public NeighbourChoice Choice { get; } = new(kernel, padded, parameters.Links);

    /// <summary>The list that is being made.</summary>
    public List<int> Links { get; } = [];

    /// <summary>Links that stay, of the node whose list is being made.</summary>
    public List<int> Kept { get; } = [];
}
