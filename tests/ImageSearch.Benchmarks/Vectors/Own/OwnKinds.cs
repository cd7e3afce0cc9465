using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Graph;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The index kinds that are measured. A new one is one line.</summary>
internal static class OwnKinds
{
    /// <summary>By dimension, threads and a directory for mapped files.</summary>
    public static readonly IReadOnlyDictionary<string, Func<int, int, string, IVectorIndex>> All = new Dictionary<string, Func<int, int, string, IVectorIndex>>
    {
        ["Exact"] = (dimension, threads, _) => new ExactIndex(dimension, threads),
        ["ExactMapped"] = (dimension, threads, directory) => new ExactIndex(dimension, threads, new MappedRowColumns(directory)),
        ["Hnsw"] = (dimension, threads, _) => new GraphIndex(dimension, new GraphParameters(), threads),
        ["HnswMapped"] = (dimension, threads, directory) => new GraphIndex(dimension, new GraphParameters(), threads, new MappedRowColumns(directory)),
    };
}
