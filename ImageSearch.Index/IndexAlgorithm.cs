namespace ImageSearch.Index;

/// <summary>How vectors are searched.</summary>
public enum IndexAlgorithm
{
    /// <summary>
    /// Every vector is looked at by its codes, and compared where they do not rule it out: the true nearest neighbours, proven.
    /// </summary>
    Exact,

    /// <summary>A graph is walked: nearly all of the true nearest neighbours, in a time that hardly grows with the collection.</summary>
    Hnsw,
}
