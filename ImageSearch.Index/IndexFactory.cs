using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Snapshots;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>Makes empty indexes: the kind that the options ask for, or the one that a snapshot holds.</summary>
internal sealed class IndexFactory(IOptions<IndexOptions> options)
{
    private static readonly Dictionary<string, long> NoParameters = [];

    /// <summary>What the options ask for.</summary>
    public IndexKind ConfiguredKind { get; } = KindOf(options.Value);

    /// <exception cref="InvalidSnapshotException">There is no such kind.</exception>
    public SegmentedIndex Create(IndexKind kind)
    {
        var o = options.Value;
        var threads = o.SearchThreads == 0 ? Environment.ProcessorCount : o.SearchThreads;
        return kind.Name switch
        {
            nameof(IndexAlgorithm.Exact) => new ExactIndex(o.Dimension, threads, Columns()),
            nameof(IndexAlgorithm.Hnsw) => new GraphIndex(o.Dimension, Graph(kind), threads, Columns()),
            _ => throw new InvalidSnapshotException($"it is of a kind that this program does not know, {kind}"),
        };
    }

    private static IndexKind KindOf(IndexOptions options) => new(
        options.Algorithm.ToString(),
        options.Algorithm != IndexAlgorithm.Hnsw
            ? NoParameters
            : new Dictionary<string, long>
            {
                [nameof(HnswOptions.M)] = options.Hnsw.M,
                [nameof(HnswOptions.EfConstruction)] = options.Hnsw.EfConstruction,
                [nameof(HnswOptions.Seed)] = options.Hnsw.Seed,
            });

    /// <summary>What it is built with is the kind's, what searches use the options'.</summary>
    private GraphParameters Graph(IndexKind kind)
    {
        var (m, construction, seed) = (
            Value(kind, nameof(HnswOptions.M)), Value(kind, nameof(HnswOptions.EfConstruction)), Value(kind, nameof(HnswOptions.Seed)));
        return m is >= 2 and <= 64 && construction is >= 8 and <= 2048 && seed is >= int.MinValue and <= int.MaxValue
            ? new GraphParameters((int)m, (int)construction, options.Value.Hnsw.Ef, options.Value.Hnsw.MaximumEf, (int)seed)
            : throw new InvalidSnapshotException($"its graph has parameters that cannot be, {kind}");
    }

    private static long Value(IndexKind kind, string name) =>
        kind.Parameters.TryGetValue(name, out var value) ? value : throw new InvalidSnapshotException($"its graph has no parameter {name}");

    /// <summary>Where segments lie.</summary>
    private ColumnAllocator Columns()
    {
        if (options.Value.Rows == IndexRows.Memory)
        {
            return MemoryColumns.Instance;
        }

        Directory.CreateDirectory(options.Value.Directory!);
        return new MappedRowColumns(options.Value.Directory!);
    }
}
