using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Index;

/// <summary>The graph of <see cref="IndexAlgorithm.Hnsw"/>. Configuration section <c>Index:Hnsw</c>.</summary>
public sealed class HnswOptions
{
    /// <summary>
    /// Links of a vector on every layer; twice as many on the lowest. More: better recall, more memory, slower. 2..64, default 16.
    /// </summary>
    [Range(2, 64, ErrorMessage = "Index:Hnsw:M must be between 2 and 64.")]
    public int M { get; set; } = 16;

    /// <summary>Candidates that are looked at to link a new vector. More: a better graph, slower to build. 8..2048, default 200.</summary>
    [Range(8, 2048, ErrorMessage = "Index:Hnsw:EfConstruction must be between 8 and 2,048.")]
    public int EfConstruction { get; set; } = 200;

    /// <summary>
    /// Candidates that a search looks at when it does not say; what tuning starts from. 1..<see cref="MaximumEf"/>, default 64.
    /// </summary>
    public int Ef { get; set; } = 64;

    /// <summary>Candidates that a search may ask for, and tuning may reach. 1..65,536, default 4,096.</summary>
    [Range(1, 65_536, ErrorMessage = "Index:Hnsw:MaximumEf must be between 1 and 65,536.")]
    public int MaximumEf { get; set; } = 4096;

    /// <summary>Draws the layers of vectors: the same seed and the same vectors in the same order make the same graph. Default 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>
    /// Recall that <see cref="Ef"/> is tuned to, from live searches that are replayed exactly. 0.5..0.9999; 0, the default: not tuned.
    /// </summary>
    public double TargetRecall { get; set; }
}
