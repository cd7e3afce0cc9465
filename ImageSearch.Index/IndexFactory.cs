using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Snapshots;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>Makes empty indexes: the kind that the options ask for, or the one that a snapshot holds.</summary>
internal sealed class IndexFactory(IOptions<IndexOptions> options)
{
    private static readonly Dictionary<string, long> NoParameters = [];

    /// <summary>What the options ask for.</summary>
    public IndexKind Wanted => new(options.Value.Algorithm.ToString(), NoParameters);

    /// <exception cref="InvalidSnapshotException">There is no such kind.</exception>
    public SegmentedIndex Create(IndexKind kind)
    {
        var o = options.Value;
        var threads = o.SearchThreads == 0 ? Environment.ProcessorCount : o.SearchThreads;
        return kind.Name switch
        {
            nameof(IndexAlgorithm.Exact) => new ExactIndex(o.Dimension, threads),
            nameof(IndexAlgorithm.ExactInt8) => new Int8Index(o.Dimension, threads, Columns()),
            _ => throw new InvalidSnapshotException($"it is of a kind that this program does not know, {kind}"),
        };
    }

    /// <summary>Where segments lie of kinds that do not read all vectors in every search.</summary>
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
