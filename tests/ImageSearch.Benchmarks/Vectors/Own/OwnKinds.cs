using ImageSearch.Index.Search;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The index kinds that are measured. A new one is one line.</summary>
internal static class OwnKinds
{
    public static readonly IReadOnlyDictionary<string, Func<int, int, IVectorIndex>> All = new Dictionary<string, Func<int, int, IVectorIndex>>
    {
        ["Exact"] = (dimension, threads) => new ExactIndex(dimension, threads),
        ["ExactInt8"] = (dimension, threads) => new Int8Index(dimension, threads),
    };
}
