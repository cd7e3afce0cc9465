namespace ImageSearch.Index;

/// <summary>How vectors are searched.</summary>
public enum IndexAlgorithm
{
    /// <summary>Every vector is compared: the true nearest neighbours.</summary>
    Exact,
}
