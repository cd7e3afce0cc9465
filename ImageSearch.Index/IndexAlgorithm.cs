namespace ImageSearch.Index;

/// <summary>How vectors are searched.</summary>
public enum IndexAlgorithm
{
    /// <summary>Every vector is compared: the true nearest neighbours.</summary>
    Exact,

    /// <summary>The same answers, found through vectors of one byte per dimension: several times as fast, for a quarter more memory.</summary>
    ExactInt8,

    /// <summary>A graph is walked: nearly all of the true nearest neighbours, in a time that hardly grows with the collection.</summary>
    Hnsw,
}
