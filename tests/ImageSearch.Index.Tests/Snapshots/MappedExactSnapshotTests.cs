using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class MappedExactSnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new ExactIndex(dimension, allocator: new MappedRowColumns(MappedDirectory));
}
